package io.lagwise.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the shared ledger uses Redis.
 *
 * @param budget how long a statement waits for Redis at most
 * @param lease how long an instance that fell silent is waited for; of all instances the same
 * @param onOutage what is known while Redis cannot be asked
 * @param results how results are shared; null where each instance keeps its own
 * @param mirroring what is answered by pushed records; null where they are always asked
 */
public record RedisSettings(
        Duration budget,
        Duration lease,
        OnOutage onOutage,
        @Nullable ResultSharing results,
        @Nullable Mirroring mirroring) {
    /** The defaults. */
    public static final RedisSettings DEFAULTS = new RedisSettings(
            Duration.ofMillis(50), Duration.ofSeconds(2), OnOutage.WRITER, ResultSharing.IN_CLEAR, null);

    /** How often a bound is renewed before it is over, so that one late beat does not end it. */
    private static final int BEATS_WITHIN_BOUND = 3;

    /** What is known while Redis cannot be asked. */
    public enum OnOutage {
        /** What the writer has committed: each read asks it for its position. */
        WRITER,
        /** What this instance wrote: writes of others may be missed. */
        LOCAL
    }

    /** Refuses what cannot work. */
    public RedisSettings {
        if (budget.isNegative() || budget.isZero()) {
            throw new IllegalArgumentException("A budget of " + budget + " leaves no time to ask Redis; use 50ms");
        }
        if (lease.compareTo(Duration.ofMillis(200)) < 0) {
            throw new IllegalArgumentException("A lease of " + lease + " is too short for beats; use 2s");
        }
    }

    Duration beatInterval() {
        return lease.dividedBy(4);
    }

    /** Returns the time between two beats while all is well. */
    Duration pace() {
        Duration within = mirroring == null ? lease : mirroring.bound().dividedBy(BEATS_WITHIN_BOUND);
        return within.compareTo(beatInterval()) < 0 ? within : beatInterval();
    }

    /** Returns whether pushed records are good enough for this. */
    boolean mirrors(Mirroring.Use use) {
        return mirroring != null && mirroring.use().compareTo(use) >= 0;
    }

    /** Returns a lease by our own clock, which may run faster than that of Redis. */
    Duration surelyOver() {
        return lease.plus(lease.dividedBy(100)).plusMillis(20);
    }
}

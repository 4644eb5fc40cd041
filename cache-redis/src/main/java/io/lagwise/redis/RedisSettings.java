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
 */
public record RedisSettings(Duration budget, Duration lease, OnOutage onOutage, @Nullable ResultSharing results) {
    /** The defaults. */
    public static final RedisSettings DEFAULTS =
            new RedisSettings(Duration.ofMillis(50), Duration.ofSeconds(2), OnOutage.WRITER, ResultSharing.IN_CLEAR);

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

    /** Returns a lease by our own clock, which may run faster than that of Redis. */
    Duration surelyOver() {
        return lease.plus(lease.dividedBy(100)).plusMillis(20);
    }
}

package io.lagwise.catalog;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Bounds how often statements that name unknown relations have the catalog read.
 *
 * <p>A second apart at first; twice as long after each look that brought nothing new, up to the interval at which the
 * catalog is read anyway. A temporary table, say, stays unknown however often one looks.
 *
 * <p>Thread-safe.
 */
final class Looks {
    private static final long LEAST = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanoTime;
    private final long most;
    private long gap = LEAST;
    private long last;
    private boolean looking;
    private boolean looked;

    Looks(LongSupplier nanoTime, Duration most) {
        this.nanoTime = nanoTime;
        this.most = Math.max(LEAST, most.toNanos());
    }

    /** Returns whether to look now, which the caller then does. */
    synchronized boolean due() {
        long now = nanoTime.getAsLong();
        if (looking || looked && now - last < gap) {
            return false;
        }
        looking = true;
        looked = true;
        last = now;
        return true;
    }

    /** Notes that the catalog changed, whoever had it read. */
    synchronized void foundNews() {
        looking = false;
        gap = LEAST;
    }

    /** Notes that the catalog was read and is as it was. */
    synchronized void foundNothing() {
        if (looking) {
            looking = false;
            gap = Math.min(2 * gap, most);
        }
    }
}

package io.lagwise.jdbc;

import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The time that one statement may wait for readers; it runs from the first wait. */
final class Waiting {
    private final ReplicationMonitor monitor;
    private final Duration longest;
    private boolean begun;
    private long deadline;

    Waiting(ReplicationMonitor monitor, Duration longest) {
        this.monitor = monitor;
        this.longest = longest;
    }

    /** Waits until more is known than was seen; returns false if the time is over. */
    boolean forChange(LagSnapshot seen, @Nullable Position required) {
        if (longest.isZero()) {
            return false;
        }
        if (required != null) {
            monitor.expect(required);
        }
        try {
            Duration left = left();
            return !left.isNegative() && monitor.awaitChange(seen, left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns a position of the writer polled from now on, or null if it cannot be had in time. */
    @Nullable
    Position forWriterPosition() {
        try {
            return monitor.positionFromNow(left());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private Duration left() {
        long now = System.nanoTime();
        if (!begun) {
            begun = true;
            deadline = now + longest.toNanos();
        }
        return Duration.ofNanos(deadline - now);
    }
}

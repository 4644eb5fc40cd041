package io.lagwise.replication;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the monitor watches and how long reads may wait.
 *
 * @param pollInterval between polls while nothing waits for a position
 * @param longestWait how long a read may wait for a reader to catch up; null for what suits the coordination
 * @param quarantineAfter a reader further behind serves only lag-ignoring reads
 */
public record LagSettings(Duration pollInterval, @Nullable Duration longestWait, Duration quarantineAfter) {
    /** The defaults. */
    public static final LagSettings DEFAULTS = new LagSettings(Duration.ofMillis(50), null, Duration.ofSeconds(30));

    /** Returns the same with this longest wait. */
    public LagSettings waiting(Duration longest) {
        return new LagSettings(pollInterval, longest, quarantineAfter);
    }
}

package io.lagwise.replication;

import java.time.Duration;

/**
 * How the monitor watches and how long reads may wait.
 *
 * @param pollInterval between polls while nothing waits for a position
 * @param longestWait how long a read may wait for a reader to catch up
 * @param quarantineAfter a reader further behind serves only lag-ignoring reads
 */
public record LagSettings(Duration pollInterval, Duration longestWait, Duration quarantineAfter) {
    /** The defaults. */
    public static final LagSettings DEFAULTS =
            new LagSettings(Duration.ofMillis(50), Duration.ZERO, Duration.ofSeconds(30));
}

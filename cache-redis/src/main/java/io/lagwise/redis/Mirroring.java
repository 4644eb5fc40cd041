package io.lagwise.redis;

import java.time.Duration;

/**
 * What is answered by records that Redis pushes instead of being asked ({@code redis-pushed}, {@code near: relaxed}).
 *
 * @param use what is answered so
 * @param bound how long commits of other instances may go unnoticed at most
 */
public record Mirroring(Use use, Duration bound) {
    private static final Duration SHORTEST_BOUND = Duration.ofMillis(100);

    /** What is answered by pushed records. */
    public enum Use {
        /** Whether a kept result may answer. */
        RESULTS,
        /** That, and which reader may. */
        READS
    }

    /** Refuses a bound that the beats cannot keep. */
    public Mirroring {
        if (bound.compareTo(SHORTEST_BOUND) < 0) {
            throw new IllegalArgumentException("A bound of " + bound + " is too short for beats; use 2s");
        }
    }
}

package io.lagwise.cache;

import java.time.Duration;

/**
 * What the cache may keep.
 *
 * @param mode which results are kept
 * @param ttl how long a result is kept at most
 * @param maximumSize bytes that results may take on the heap in all
 * @param maximumEntrySize bytes that one result may take
 */
public record CacheSettings(Mode mode, Duration ttl, long maximumSize, long maximumEntrySize) {
    /** What holds unless something else is set. */
    public static final CacheSettings DEFAULT =
            new CacheSettings(Mode.HINTED, Duration.ofMinutes(5), 64L << 20, 1L << 20);

    /** Which results are kept. */
    public enum Mode {
        /** None. */
        OFF,
        /** Those for which a hint asks. */
        HINTED,
        /** Those for which a hint asks, and those that are measured to pay. */
        AUTO
    }
}

package io.lagwise.cache;

import io.lagwise.CacheReason;
import java.util.Map;

/**
 * What the cache has done and holds.
 *
 * @param mode which results are kept
 * @param entries results kept, roughly
 * @param weight bytes they take, roughly
 * @param hits statements answered from the cache
 * @param misses statements that the cache could have answered
 * @param invalidations results found to be older than a write
 * @param bypasses statements that the cache was not asked about though a hint asked for it, by reason
 */
public record CacheStatus(
        CacheSettings.Mode mode,
        long entries,
        long weight,
        long hits,
        long misses,
        long invalidations,
        Map<CacheReason, Long> bypasses) {
    /** Copies the map. */
    public CacheStatus {
        bypasses = Map.copyOf(bypasses);
    }
}

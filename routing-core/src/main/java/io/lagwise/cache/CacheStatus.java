package io.lagwise.cache;

import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import java.util.Map;

/**
 * What the cache has done and holds.
 *
 * @param mode which results are kept
 * @param entries results kept, roughly
 * @param weight bytes they take, roughly
 * @param decisions statements answered from the cache, by reason
 * @param sharedHits how many of these were answered from what all instances share
 * @param misses statements that the cache could have answered
 * @param invalidations results found to be older than a write
 * @param unreadable what was found in a store and is no result of ours
 * @param bypasses statements that the cache was not asked about though a hint asked for it, by reason
 */
public record CacheStatus(
        CacheSettings.Mode mode,
        long entries,
        long weight,
        Map<RouteReason, Long> decisions,
        long sharedHits,
        long misses,
        long invalidations,
        long unreadable,
        Map<CacheReason, Long> bypasses) {
    /** Copies the maps. */
    public CacheStatus {
        decisions = Map.copyOf(decisions);
        bypasses = Map.copyOf(bypasses);
    }

    /** Returns the number of statements answered from the cache. */
    public long hits() {
        return decisions.values().stream().mapToLong(Long::longValue).sum();
    }
}

package io.lagwise.cache;

import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the cache does. */
final class CacheCounts {
    private final LongAdder hits = new LongAdder();
    private final LongAdder tolerantHits = new LongAdder();
    private final LongAdder sharedHits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder invalidations = new LongAdder();
    private final LongAdder[] bypasses = new LongAdder[CacheReason.values().length];

    CacheCounts() {
        for (int i = 0; i < bypasses.length; i++) {
            bypasses[i] = new LongAdder();
        }
    }

    void hit(RouteReason reason) {
        (reason == RouteReason.CACHE_FRESH ? hits : tolerantHits).increment();
    }

    /** Counts a hit that another instance may have made possible. */
    void sharedHit(RouteReason reason) {
        hit(reason);
        sharedHits.increment();
    }

    void miss() {
        misses.increment();
    }

    void invalidated() {
        invalidations.increment();
    }

    void bypassed(CacheReason reason) {
        bypasses[reason.ordinal()].increment();
    }

    CacheStatus status(CacheSettings.Mode mode, long entries, long weight, long unreadable) {
        Map<RouteReason, Long> decisions = new EnumMap<>(RouteReason.class);
        put(decisions, RouteReason.CACHE_FRESH, hits.sum());
        put(decisions, RouteReason.CACHE_LAG_IGNORED, tolerantHits.sum());
        Map<CacheReason, Long> reasons = new EnumMap<>(CacheReason.class);
        for (CacheReason reason : CacheReason.values()) {
            put(reasons, reason, bypasses[reason.ordinal()].sum());
        }
        return new CacheStatus(
                mode,
                entries,
                weight,
                decisions,
                sharedHits.sum(),
                misses.sum(),
                invalidations.sum(),
                unreadable,
                reasons);
    }

    private static <K> void put(Map<K, Long> counts, K key, long count) {
        if (count > 0) {
            counts.put(key, count);
        }
    }
}

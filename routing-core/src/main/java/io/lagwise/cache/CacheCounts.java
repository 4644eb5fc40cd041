package io.lagwise.cache;

import io.lagwise.CacheReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the cache does. */
final class CacheCounts {
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder invalidations = new LongAdder();
    private final Map<CacheReason, LongAdder> bypasses = new EnumMap<>(CacheReason.class);

    CacheCounts() {
        for (CacheReason reason : CacheReason.values()) {
            bypasses.put(reason, new LongAdder());
        }
    }

    void hit() {
        hits.increment();
    }

    void miss() {
        misses.increment();
    }

    void invalidated() {
        invalidations.increment();
    }

    void bypassed(CacheReason reason) {
        LongAdder count = bypasses.get(reason);
        if (count != null) {
            count.increment();
        }
    }

    CacheStatus status(CacheSettings.Mode mode, long entries, long weight) {
        Map<CacheReason, Long> sums = new EnumMap<>(CacheReason.class);
        bypasses.forEach((reason, count) -> {
            if (count.sum() > 0) {
                sums.put(reason, count.sum());
            }
        });
        return new CacheStatus(mode, entries, weight, hits.sum(), misses.sum(), invalidations.sum(), sums);
    }
}

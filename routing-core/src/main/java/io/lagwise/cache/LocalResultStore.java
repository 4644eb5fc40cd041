package io.lagwise.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.lagwise.spi.ResultKey;
import io.lagwise.spi.ResultStore;
import io.lagwise.spi.StoredResult;
import org.jspecify.annotations.Nullable;

/** Keeps results on the heap, up to a weight in bytes, those that are asked for most. */
public final class LocalResultStore implements ResultStore {
    /** What an entry costs beside its key and rows. */
    private static final int OVERHEAD = 200;

    private final Cache<ResultKey, StoredResult> results;
    private final long maximumSize;

    /** Makes an empty store for this many bytes. */
    public LocalResultStore(long maximumSize) {
        this.maximumSize = maximumSize;
        results = Caffeine.newBuilder()
                .maximumWeight(maximumSize)
                .weigher(LocalResultStore::weigh)
                .expireAfter(Expiry.writing((ResultKey key, StoredResult result) -> result.ttl()))
                .build();
    }

    private static int weigh(ResultKey key, StoredResult result) {
        long weight = OVERHEAD + key.weight() + result.rows().weight();
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }

    @Override
    public @Nullable StoredResult get(ResultKey key) {
        return results.getIfPresent(key);
    }

    @Override
    public void put(ResultKey key, StoredResult result) {
        // Else it would be kept until Caffeine gets to evict it, a heap of no size included.
        if (weigh(key, result) <= maximumSize) {
            results.put(key, result);
        } else {
            results.invalidate(key);
        }
    }

    @Override
    public void clear() {
        results.invalidateAll();
    }

    @Override
    public long entries() {
        return results.estimatedSize();
    }

    @Override
    public long weight() {
        return results.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }
}

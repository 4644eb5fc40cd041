package io.lagwise.cache;

import io.lagwise.spi.ResultKey;
import io.lagwise.spi.ResultStore;
import io.lagwise.spi.StoredResult;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Keeps everything, for tests that count. */
final class MapStore implements ResultStore {
    private final Map<ResultKey, StoredResult> results = new ConcurrentHashMap<>();

    @Override
    public @Nullable StoredResult get(ResultKey key) {
        return results.get(key);
    }

    @Override
    public void put(ResultKey key, StoredResult result) {
        results.put(key, result);
    }

    @Override
    public void clear() {
        results.clear();
    }

    @Override
    public long entries() {
        return results.size();
    }

    @Override
    public long weight() {
        return 0;
    }
}

package io.lagwise.boot;

import io.lagwise.cache.CacheStatus;
import io.lagwise.routing.RoutingDataSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Meters of the cache; none where it is off. */
final class CacheMeters implements MeterBinder {
    private final RoutingDataSource dataSource;

    CacheMeters(RoutingDataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        if (dataSource.status().cache() == null) {
            return;
        }
        requests("hit", "local", CacheMeters::localHits, registry);
        requests("hit", "redis", CacheStatus::sharedHits, registry);
        requests("miss", "local", CacheStatus::misses, registry);
        requests("bypass", "local", CacheMeters::bypasses, registry);
        FunctionCounter.builder("lagwise.cache.unreadable", dataSource, of(CacheStatus::unreadable))
                .description("What was found in Redis in place of kept results, and not used")
                .register(registry);
        FunctionCounter.builder("lagwise.cache.invalidations", dataSource, of(CacheStatus::invalidations))
                .description("Kept results that a write had made old")
                .register(registry);
        Gauge.builder("lagwise.cache.size", dataSource, of(CacheStatus::weight))
                .description("What kept results take on the heap")
                .baseUnit("bytes")
                .register(registry);
    }

    private void requests(String result, String store, ToDoubleFunction<CacheStatus> count, MeterRegistry registry) {
        FunctionCounter.builder("lagwise.cache.requests", dataSource, of(count))
                .description("Statements for which a hint asked for the cache")
                .tag("result", result)
                .tag("store", store)
                .register(registry);
    }

    private static double localHits(CacheStatus status) {
        return status.hits() - status.sharedHits();
    }

    private static double bypasses(CacheStatus status) {
        return status.bypasses().values().stream().mapToLong(Long::longValue).sum();
    }

    private static ToDoubleFunction<RoutingDataSource> of(ToDoubleFunction<CacheStatus> count) {
        return dataSource -> {
            CacheStatus status = dataSource.status().cache();
            return status == null ? 0 : count.applyAsDouble(status);
        };
    }
}

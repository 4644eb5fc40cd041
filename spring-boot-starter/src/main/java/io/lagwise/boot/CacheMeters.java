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
        requests("hit", CacheStatus::hits, registry);
        requests("miss", CacheStatus::misses, registry);
        requests("bypass", CacheMeters::bypasses, registry);
        FunctionCounter.builder("lagwise.cache.invalidations", dataSource, of(CacheStatus::invalidations))
                .description("Kept results that a write had made old")
                .register(registry);
        Gauge.builder("lagwise.cache.size", dataSource, of(CacheStatus::weight))
                .description("What kept results take on the heap")
                .baseUnit("bytes")
                .register(registry);
    }

    private void requests(String result, ToDoubleFunction<CacheStatus> count, MeterRegistry registry) {
        FunctionCounter.builder("lagwise.cache.requests", dataSource, of(count))
                .description("Statements for which a hint asked for the cache")
                .tag("result", result)
                .tag("store", "local")
                .register(registry);
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

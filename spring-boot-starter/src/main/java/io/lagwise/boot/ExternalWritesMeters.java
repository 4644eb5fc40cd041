package io.lagwise.boot;

import io.lagwise.routing.RoutingDataSource;
import io.lagwise.routing.RoutingStatus.ExternalWritesStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Meters of writes that do not go through the library; none where they are not noticed. */
final class ExternalWritesMeters implements MeterBinder {
    private static final Set<String> IN_TIME = Set.of("polling", "streaming", "standby");

    private final RoutingDataSource dataSource;

    ExternalWritesMeters(RoutingDataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        if (dataSource.status().externalWrites() == null) {
            return;
        }
        Gauge.builder("lagwise.external.available", dataSource, of(status -> IN_TIME.contains(status.state()) ? 1 : 0))
                .description("1 while writes of others are noticed in the way that was asked for, else 0")
                .register(registry);
        FunctionCounter.builder("lagwise.external.writes", dataSource, of(ExternalWritesStatus::unreported))
                .description("Tables found written though nobody had said so")
                .register(registry);
        Gauge.builder("lagwise.external.retained", dataSource, of(ExternalWritesStatus::retained))
                .description("Bytes of the writer's log that the stream of writes holds back")
                .baseUnit("bytes")
                .register(registry);
    }

    private static ToDoubleFunction<RoutingDataSource> of(ToDoubleFunction<ExternalWritesStatus> value) {
        return dataSource -> {
            ExternalWritesStatus status = dataSource.status().externalWrites();
            return status == null ? 0 : value.applyAsDouble(status);
        };
    }
}

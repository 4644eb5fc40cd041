package io.lagwise.boot;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Meters statements and readers. */
@AutoConfiguration(
        after = LagwiseAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({RoutingPostProcessor.class, MeterRegistry.class})
public final class LagwiseMetricsAutoConfiguration {
    /** Called by Spring. */
    LagwiseMetricsAutoConfiguration() {}

    @Bean
    StatementMeters lagwiseStatementMeters() {
        return new StatementMeters();
    }

    @Bean
    CacheMeters lagwiseCacheMeters(RoutingPostProcessor routing) {
        return new CacheMeters(routing.dataSource());
    }

    @Bean
    LedgerMeters lagwiseLedgerMeters(RoutingPostProcessor routing) {
        return new LedgerMeters(routing.dataSource());
    }

    @Bean
    ExternalWritesMeters lagwiseExternalWritesMeters(RoutingPostProcessor routing) {
        return new ExternalWritesMeters(routing.dataSource());
    }

    @Bean
    ReaderMeters lagwiseReaderMeters(RoutingPostProcessor routing) {
        return new ReaderMeters(
                routing.dataSource().lagMonitor(), routing.routing().readerPools());
    }
}

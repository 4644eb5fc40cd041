package io.lagwise.boot;

import io.lagwise.routing.RoutingDataSource;
import io.lagwise.spi.TableLedger;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Meters of the records of writes. */
final class LedgerMeters implements MeterBinder {
    private final RoutingDataSource dataSource;

    LedgerMeters(RoutingDataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("lagwise.ledger.available", dataSource, LedgerMeters::available)
                .description("1 while the records of writes can be used, else 0")
                .register(registry);
        Gauge.builder("lagwise.ledger.commits", dataSource, source -> source.status()
                        .ledger()
                        .inFlight())
                .description("Commits of this instance that are under way")
                .register(registry);
        for (String state : dataSource.status().ledger().hindrances().keySet()) {
            FunctionCounter.builder("lagwise.ledger.hindrances", dataSource, source -> begun(source, state))
                    .tag("state", state)
                    .description("How often records of writes have become unusable, and why")
                    .register(registry);
        }
    }

    private static double begun(RoutingDataSource dataSource, String state) {
        return dataSource.status().ledger().hindrances().getOrDefault(state, 0L);
    }

    private static double available(RoutingDataSource dataSource) {
        return dataSource.status().ledger().state().equals(TableLedger.AVAILABLE) ? 1 : 0;
    }
}

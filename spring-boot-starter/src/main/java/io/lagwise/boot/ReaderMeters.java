package io.lagwise.boot;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.lagwise.spi.LagMonitor;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.ReaderLag.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;

/** Meters of readers: how far each is behind, and HikariCP's own of the pools that were opened for them. */
final class ReaderMeters implements MeterBinder {
    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final LagMonitor monitor;
    private final List<HikariDataSource> pools;

    ReaderMeters(LagMonitor monitor, List<HikariDataSource> pools) {
        this.monitor = monitor;
        this.pools = pools;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        List<ReaderLag> readers = monitor.latest().readers();
        for (int i = 0; i < readers.size(); i++) {
            int reader = i;
            Gauge.builder("lagwise.reader.lag", monitor, known -> lagSeconds(known, reader))
                    .description("How far a reader is behind the writer; not a number while it is down")
                    .baseUnit("seconds")
                    .tag("reader", readers.get(i).name())
                    .register(registry);
        }
        pools.forEach(pool -> bind(pool, registry));
    }

    private static double lagSeconds(LagMonitor monitor, int reader) {
        ReaderLag lag = monitor.latest().readers().get(reader);
        return lag.state() == State.DOWN ? Double.NaN : lag.lag().toNanos() / NANOS_PER_SECOND;
    }

    private static void bind(HikariDataSource pool, MeterRegistry registry) {
        if (pool.getMetricRegistry() == null && pool.getMetricsTrackerFactory() == null) {
            pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
        }
    }
}

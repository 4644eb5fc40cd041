package io.lagwise.boot;

import io.lagwise.routing.RoutingDataSource;
import io.lagwise.spi.ReaderLag;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.jdbc.health.DataSourceHealthIndicator;

/** The writer decides the status; readers are told as a detail, because reads go elsewhere without them. */
final class RoutedHealth extends DataSourceHealthIndicator {
    private final RoutingDataSource routing;

    RoutedHealth(RoutingDataSource routing) {
        super(routing.writerView());
        this.routing = routing;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws Exception {
        Map<String, Object> readers = new LinkedHashMap<>();
        routing.lagMonitor().latest().readers().forEach(reader -> readers.put(reader.name(), details(reader)));
        builder.withDetail("readers", readers);
        super.doHealthCheck(builder);
    }

    private static Map<String, Object> details(ReaderLag reader) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", RoutingView.lower(reader.state()));
        if (reader.failure() == null) {
            details.put("lagMillis", reader.lag().toMillis());
        } else {
            details.put("failure", reader.failure());
        }
        return details;
    }
}

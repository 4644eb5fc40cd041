package io.lagwise.boot;

import io.lagwise.routing.RoutingDataSource;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds the routed data source behind wrappers. */
final class Routed {
    private Routed() {}

    static Optional<RoutingDataSource> behind(@Nullable DataSource source) {
        return unwrap(source, RoutingDataSource.class);
    }

    static <T> Optional<T> unwrap(@Nullable DataSource source, Class<T> type) {
        try {
            return source != null && source.isWrapperFor(type) ? Optional.of(source.unwrap(type)) : Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException("A data source does not say what it wraps", e);
        }
    }
}

package io.lagwise.boot;

import io.lagwise.routing.RoutingDataSource;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows what routing knows and does, and explains statements.
 *
 * <p>Explaining runs nothing, so it can be had by GET too, where write operations are not permitted.
 */
@Endpoint(id = "lagwise", defaultAccess = Access.READ_ONLY)
public final class LagwiseEndpoint {
    private static final String EXPLAIN = "explain";
    private static final String INVALIDATE = "invalidate";

    private final RoutingDataSource dataSource;
    private final LagwiseProperties properties;

    LagwiseEndpoint(RoutingDataSource dataSource, LagwiseProperties properties) {
        this.dataSource = dataSource;
        this.properties = properties;
    }

    @ReadOperation
    RoutingView routing() {
        return RoutingView.of(properties, dataSource.status());
    }

    @ReadOperation
    @Nullable
    ExplanationView read(@Selector String view, String sql) {
        return view.equals(EXPLAIN) ? ExplanationView.of(dataSource.explain(sql)) : null;
    }

    @WriteOperation
    @Nullable
    Object write(@Selector String view, @Nullable String sql, @Nullable List<String> tables) throws SQLException {
        if (view.equals(EXPLAIN) && sql != null) {
            return read(view, sql);
        }
        return view.equals(INVALIDATE) && tables != null ? invalidate(tables) : null;
    }

    private Map<String, List<String>> invalidate(List<String> tables) throws SQLException {
        try {
            dataSource.invalidate(tables.toArray(String[]::new));
            return Map.of("invalidated", tables);
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException(String.valueOf(e.getMessage()), "tables");
        }
    }
}

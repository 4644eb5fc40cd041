package io.lagwise.boot;

import io.lagwise.routing.RoutingDataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
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
    ExplanationView write(@Selector String view, String sql) {
        return read(view, sql);
    }
}

package io.lagwise.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.testkit.PostgresNode;

/** A pool of connections to one server of a cluster. */
final class NodePool {
    private NodePool() {}

    static HikariDataSource of(PostgresNode node) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(node.jdbcUrl());
        config.setUsername(node.username());
        config.setPassword(node.password());
        return new HikariDataSource(config);
    }
}

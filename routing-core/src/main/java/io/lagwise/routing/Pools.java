package io.lagwise.routing;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.ProxyConnection;
import io.lagwise.jdbc.PoolDefaults;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of the application's connection pools. */
final class Pools {
    private static final Logger log = LoggerFactory.getLogger(Pools.class);

    private static final List<String> PLAIN = List.of(
            "com.zaxxer.hikari.",
            "org.apache.commons.dbcp2.",
            "org.apache.tomcat.jdbc.pool.",
            "org.postgresql.ds.",
            "org.mariadb.jdbc.",
            "com.mysql.cj.jdbc.",
            "com.microsoft.sqlserver.jdbc.",
            "org.springframework.jdbc.datasource.DriverManagerDataSource",
            "org.springframework.jdbc.datasource.SimpleDriverDataSource");

    private Pools() {}

    /** Returns the HikariCP pool that this is or wraps, or null. */
    static @Nullable HikariDataSource hikari(DataSource dataSource) {
        try {
            if (dataSource.isWrapperFor(HikariDataSource.class)) {
                return dataSource.unwrap(HikariDataSource.class);
            }
        } catch (SQLException e) {
            log.debug("A data source does not say what it wraps", e);
        }
        return null;
    }

    /** Returns the JDBC URL if the pool tells it, or null. */
    static @Nullable String url(DataSource dataSource) {
        HikariDataSource pool = hikari(dataSource);
        return pool == null ? null : pool.getJdbcUrl();
    }

    /**
     * Returns whether all connections of the pool are alike.
     *
     * <p>What wraps a pool may choose among several by the current tenant, or set the current user on each connection.
     */
    static boolean isPlain(DataSource dataSource) {
        String type = dataSource.getClass().getName();
        return PLAIN.stream().anyMatch(type::startsWith);
    }

    static PoolDefaults defaults(DataSource dataSource) {
        HikariDataSource pool = hikari(dataSource);
        return pool == null || pool.isAutoCommit() ? PoolDefaults.autoCommitting() : PoolDefaults.transactional();
    }

    /**
     * Returns what makes the pool forget a connection and close it.
     *
     * <p>HikariCP closes what it evicts; closing the handle as well fails once anything was set on the connection.
     */
    static Consumer<Connection> eviction(DataSource dataSource) {
        HikariDataSource pool = hikari(dataSource);
        return connection -> {
            if (pool != null && connection instanceof ProxyConnection) {
                pool.evictConnection(connection);
            } else {
                abort(connection);
            }
        };
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
            connection.close();
        } catch (SQLException e) {
            log.debug("Closing an evicted connection failed", e);
        }
    }
}

package io.lagwise.routing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.jdbc.PoolDefaults;
import io.lagwise.spi.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one node for monitor, catalog and cache, beside the application's pool.
 *
 * <p>Of a HikariCP pool the settings are copied, so that watching takes no connection from the application. Of any other
 * data source the connections themselves are used.
 */
final class MonitorPool implements ConnectionSource, AutoCloseable {
    /** One for each of monitor, catalog, reading of kept results and counters of writes. */
    private static final int MOST_CONNECTIONS = 4;

    private static final long CONNECTION_TIMEOUT_MILLIS = 2000;

    private final DataSource source;
    private final @Nullable HikariDataSource own;
    private final Consumer<Connection> eviction;
    private final PoolDefaults defaults;

    private MonitorPool(DataSource source, @Nullable HikariDataSource own, PoolDefaults defaults) {
        this.source = source;
        this.own = own;
        this.eviction = Pools.eviction(source);
        this.defaults = defaults;
    }

    /** Returns the connections; they also teach what a connection of the application's pool looks like. */
    static MonitorPool of(String node, DataSource dataSource, PoolDefaults defaults) {
        HikariDataSource pool = Pools.hikari(dataSource);
        if (pool == null) {
            return new MonitorPool(dataSource, null, defaults);
        }
        HikariConfig config = new HikariConfig();
        pool.copyStateTo(config);
        config.setPoolName("lagwise-" + node + "-monitor");
        config.setMaximumPoolSize(MOST_CONNECTIONS);
        config.setMinimumIdle(0);
        config.setAutoCommit(true);
        config.setReadOnly(false);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        config.setInitializationFailTimeout(-1);
        config.setMaxLifetime(0);
        config.setKeepaliveTime(0);
        config.setRegisterMbeans(false);
        config.setMetricsTrackerFactory(null);
        config.setMetricRegistry(null);
        config.setHealthCheckRegistry(null);
        HikariDataSource own = new HikariDataSource(config);
        return new MonitorPool(own, own, defaults);
    }

    @Override
    public Connection open() throws SQLException {
        Connection connection = source.getConnection();
        try {
            defaults.learn(connection);
            return connection;
        } catch (SQLException e) {
            discard(connection);
            throw e;
        }
    }

    @Override
    public void discard(Connection connection) {
        eviction.accept(connection);
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}

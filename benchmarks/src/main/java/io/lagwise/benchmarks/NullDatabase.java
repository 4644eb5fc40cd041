package io.lagwise.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.RouteReason;
import io.lagwise.cache.CacheSettings;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.ServerStatus.Role;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/** A writer and a reader that is always fresh, without a server: what remains is the cost of the layers. */
final class NullDatabase implements AutoCloseable {
    static final String SELECT = "select id, name from item where id = ?";

    private static final class NullServer extends AbstractDataSource {
        private final boolean reader;

        NullServer(boolean reader) {
            this.reader = reader;
        }

        @Override
        public Connection getConnection() {
            return Stubs.of(NullConnection.class, reader);
        }

        @Override
        public Connection getConnection(String username, String password) {
            return getConnection();
        }
    }

    private static final class NullProbe implements ReplicationProbe {
        @Override
        public ServerStatus status(Connection connection) throws SQLException {
            boolean reader = connection.unwrap(NullConnection.class).isReader();
            return new ServerStatus(
                    new ServerId(reader ? "reader" : "writer"),
                    reader ? Role.READER : Role.WRITER,
                    1,
                    1,
                    Position.of("lsn", 1));
        }

        @Override
        public String session(Connection connection) {
            return "session";
        }

        @Override
        public boolean isOver(Connection connection, String session) {
            return true;
        }
    }

    private final HikariDataSource writer = pool("writer", false);
    private final HikariDataSource reader = pool("reader", true);
    private final RoutingDataSource routing = routing(CacheSettings.DEFAULT);
    private final RoutingDataSource withoutCache = routing(new CacheSettings(
            CacheSettings.Mode.OFF,
            CacheSettings.DEFAULT.ttl(),
            CacheSettings.DEFAULT.maximumSize(),
            CacheSettings.DEFAULT.maximumEntrySize()));

    private RoutingDataSource routing(CacheSettings cache) {
        return RoutingDataSource.builder()
                .coordination(Coordination.SINGLE)
                .writer(writer)
                .reader("reader", reader)
                .probe(new NullProbe())
                .cache(cache)
                .build();
    }

    private static HikariDataSource pool(String name, boolean reader) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(new NullServer(reader));
        config.setPoolName(name);
        config.setMaximumPoolSize(4);
        return new HikariDataSource(config);
    }

    /** Returns the pool alone. */
    DataSource floor() {
        return reader;
    }

    /** Returns Spring's proxy, which chooses by the transaction's read-only flag. */
    DataSource springLazy() {
        LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy(writer);
        proxy.setReadOnlyDataSource(reader);
        proxy.setDefaultAutoCommit(true);
        proxy.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return proxy;
    }

    /** Returns ours, once it sends the statement to the reader. */
    RoutingDataSource lagwise() {
        return awaitRouted(routing);
    }

    /** Returns the same without a cache. */
    RoutingDataSource withoutCache() {
        return awaitRouted(withoutCache);
    }

    private static RoutingDataSource awaitRouted(RoutingDataSource routing) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (routing.explain(SELECT).decision().reason() != RouteReason.READER_FRESH) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Not routed: " + routing.explain(SELECT));
            }
            Thread.onSpinWait();
        }
        return routing;
    }

    @Override
    public void close() {
        routing.close();
        withoutCache.close();
        writer.close();
        reader.close();
    }
}

package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.RouteDecision;
import io.lagwise.RouteReason;
import io.lagwise.spi.RoutingListener;
import io.lagwise.spi.TableRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A routed data source over HikariCP pools of a {@link RecordingCluster}. */
final class RecordedRouting implements AutoCloseable {
    static final String READ = "select n from item";

    /** Counts what is taken from a pool. */
    private static final class CountedPool extends DelegatingDataSource {
        private final AtomicInteger taken = new AtomicInteger();

        CountedPool(HikariDataSource pool) {
            super(pool);
        }

        @Override
        public Connection getConnection() throws SQLException {
            taken.incrementAndGet();
            Connection connection = super.getConnection();
            connection.unwrap(RecordingSession.Recorded.class).session().usedByApplication();
            return connection;
        }
    }

    private final RecordingCluster cluster;
    private final Map<String, HikariDataSource> pools = new LinkedHashMap<>();
    private final List<CountedPool> counted = new ArrayList<>();
    private final List<RouteDecision> decisions = new CopyOnWriteArrayList<>();
    private final RoutingDataSource routing;

    RecordedRouting(int readers) {
        this(readers, pool -> {}, builder -> {});
    }

    RecordedRouting(int readers, Consumer<HikariConfig> pools, Consumer<RoutingDataSourceBuilder> options) {
        cluster = new RecordingCluster(readers);
        RoutingDataSourceBuilder builder = RoutingDataSource.builder()
                .coordination(Coordination.SINGLE)
                .writer(pool(cluster.writer(), pools))
                .listener(new RoutingListener() {
                    @Override
                    public void routed(RouteDecision decision) {
                        decisions.add(decision);
                    }
                });
        cluster.readers().forEach(reader -> builder.reader(reader.name(), pool(reader, pools)));
        options.accept(builder);
        routing = builder.build();
        awaitFresh();
    }

    private CountedPool pool(RecordingServer server, Consumer<HikariConfig> options) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(server);
        config.setPoolName(server.name());
        config.setMaximumPoolSize(2);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(2000);
        config.setInitializationFailTimeout(-1);
        options.accept(config);
        HikariDataSource pool = new HikariDataSource(config);
        pools.put(server.name(), pool);
        CountedPool counting = new CountedPool(pool);
        counted.add(counting);
        return counting;
    }

    /** Waits until a reader may answer, the catalog is known, and both pools' connections have been seen once. */
    private void awaitFresh() {
        awaitReason(READ, RouteReason.READER_FRESH);
    }

    /** Uses each pool once, so that what is asked of new connections was asked. */
    RecordedRouting warm() throws SQLException {
        try (Connection connection = routing.getConnection()) {
            connection.createStatement().executeUpdate("update item set n = 1");
        }
        awaitFresh();
        try (Connection connection = routing.getConnection()) {
            connection.createStatement().executeQuery(READ).close();
        }
        return forget();
    }

    RecordedRouting forget() {
        cluster.forget();
        decisions.clear();
        counted.forEach(pool -> pool.taken.set(0));
        return this;
    }

    void awaitReason(String sql, RouteReason reason) {
        await().untilAsserted(() ->
                assertThat(routing.explain(sql).decision().reason()).isEqualTo(reason));
    }

    /** Returns how many commits to the table are under way; {@code *} stands for all tables. */
    int inFlight(String table) {
        String name = table.equals("*") ? table : "public." + table;
        return routing.explain("select n from " + (table.equals("*") ? "item" : table)).tables().stream()
                .map(Explanation.Table::record)
                .filter(record -> record.table().equals(name))
                .mapToInt(TableRecord::inFlight)
                .sum();
    }

    Connection connection() {
        return routing.getConnection();
    }

    RoutingDataSource dataSource() {
        return routing;
    }

    RecordingCluster cluster() {
        return cluster;
    }

    RecordingServer writer() {
        return cluster.writer();
    }

    RecordingServer reader() {
        return cluster.reader();
    }

    List<RouteDecision> decisions() {
        return decisions;
    }

    RouteReason lastReason() {
        return decisions.get(decisions.size() - 1).reason();
    }

    /** Returns how often a connection was taken from any pool. */
    int taken() {
        return counted.stream().mapToInt(pool -> pool.taken.get()).sum();
    }

    /** Returns how many connections of any pool are in use. */
    int inUse() {
        return pools.values().stream()
                .mapToInt(pool -> pool.getHikariPoolMXBean().getActiveConnections())
                .sum();
    }

    int inUse(RecordingServer server) {
        return pools.get(server.name()).getHikariPoolMXBean().getActiveConnections();
    }

    @Override
    public void close() {
        routing.close();
        pools.values().forEach(HikariDataSource::close);
    }
}

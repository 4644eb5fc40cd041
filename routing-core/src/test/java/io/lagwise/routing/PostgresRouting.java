package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.RouteDecision;
import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.spi.RoutingListener;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A routed data source over a real writer and its first reader, beside the driver itself. */
final class PostgresRouting implements AutoCloseable {
    private static final Duration KEEPING = Duration.ofMinutes(1);

    static final String READ = "select n from item order by id";

    private static final List<String> SCHEMA = List.of(
            "create table if not exists item (id int primary key, n int, name text)",
            "create table if not exists other (id int primary key, n int)",
            "create table if not exists keyed (id bigint generated always as identity primary key, n int)");

    private static final String ROWS = "insert into item select i, i * 10, 'item ' || i from generate_series(1, 5) i";

    private final PostgresCluster cluster;
    private final HikariDataSource writer;
    private final HikariDataSource reader;
    private final RoutingDataSource routing;
    private final List<RouteDecision> decisions = new CopyOnWriteArrayList<>();

    PostgresRouting(PostgresCluster cluster) {
        this(cluster, pool -> {}, builder -> {});
    }

    PostgresRouting(PostgresCluster cluster, Consumer<HikariConfig> pools, Consumer<RoutingDataSourceBuilder> options) {
        this.cluster = cluster;
        writer = pool("writer", cluster.writer(), pools);
        reader = pool("reader", cluster.reader(0), pools);
        RoutingDataSourceBuilder builder = RoutingDataSource.builder()
                .coordination(Coordination.SINGLE)
                .writer(writer)
                .reader("reader", reader)
                .listener(new RoutingListener() {
                    @Override
                    public void routed(RouteDecision decision) {
                        decisions.add(decision);
                    }
                });
        options.accept(builder);
        routing = builder.build();
    }

    private static HikariDataSource pool(String name, PostgresNode node, Consumer<HikariConfig> options) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(node.jdbcUrl());
        config.setUsername(node.username());
        config.setPassword(node.password());
        config.setMaximumPoolSize(3);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(5000);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", "pool-" + name);
        options.accept(config);
        return new HikariDataSource(config);
    }

    /** Makes the tables and their first rows, and waits until the reader has them. */
    PostgresRouting prepare() throws SQLException {
        try (Connection connection = routing.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : SCHEMA) {
                statement.execute(sql);
            }
        }
        return reset();
    }

    /** Puts the rows back and waits until the reader has them. */
    PostgresRouting reset() throws SQLException {
        try (Connection connection = routing.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String table : List.of("item", "other", "keyed")) {
                statement.executeUpdate("delete from " + table);
            }
            statement.executeUpdate(ROWS);
            connection.commit();
        }
        awaitFresh();
        decisions.clear();
        return this;
    }

    void awaitFresh() {
        awaitReason(READ, RouteReason.READER_FRESH);
    }

    void awaitReason(String sql, RouteReason reason) {
        await().untilAsserted(() ->
                assertThat(routing.explain(sql).decision().reason()).isEqualTo(reason));
    }

    /** Returns the first number of a result that may be kept. */
    long readKept(String sql) throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open();
                Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Reads until the cache answers. */
    void awaitKept(String sql) {
        await().atMost(KEEPING).until(() -> {
            readKept(sql);
            return last().node().equals("cache");
        });
    }

    RoutingDataSource dataSource() {
        return routing;
    }

    PostgresCluster cluster() {
        return cluster;
    }

    Connection connection() {
        return routing.getConnection();
    }

    /** Returns a connection of the driver to the writer, without pool or routing. */
    Connection plain() throws SQLException {
        PostgresNode node = cluster.writer();
        Properties properties = new Properties();
        properties.setProperty("user", node.username());
        properties.setProperty("password", node.password());
        return DriverManager.getConnection(node.jdbcUrl(), properties);
    }

    RouteDecision last() {
        return decisions.get(decisions.size() - 1);
    }

    void forgetDecisions() {
        decisions.clear();
    }

    List<String> nodes() {
        return decisions.stream().map(RouteDecision::node).toList();
    }

    HikariDataSource writerPool() {
        return writer;
    }

    HikariDataSource readerPool() {
        return reader;
    }

    int inUse() {
        return inUse(writer) + inUse(reader);
    }

    static int inUse(HikariDataSource pool) {
        return pool.getHikariPoolMXBean().getActiveConnections();
    }

    /** Asks the writer as its superuser. */
    long asked(String sql) throws SQLException {
        try (Connection connection = cluster.writer().adminDataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Runs the same calls on the driver and on the routed connection, from the same rows; both must answer alike. */
    void assertLikeTheDriver(Calls calls) throws SQLException {
        Outcome expected;
        try (Connection plain = plain()) {
            expected = Outcome.of(plain, calls);
        }
        reset();
        try (Connection routed = connection()) {
            assertThat(Outcome.of(routed, calls)).isEqualTo(expected);
        }
        reset();
    }

    /** What an application does, and what it notes of the answers. */
    @FunctionalInterface
    interface Calls {
        void on(Connection connection, List<Object> noted) throws SQLException;
    }

    @Override
    public void close() {
        routing.close();
        writer.close();
        reader.close();
    }
}

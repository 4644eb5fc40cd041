package io.lagwise.history;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The data source under test over a cluster, with a pool for the writer, wherever it is, and one for each server.
 *
 * <p>Every server is configured as a reader, the present writer too, which is passed over as long as it takes writes. So
 * the same data source goes on through any number of promotions.
 */
final class RoutedCluster implements AutoCloseable {
    /** A reader that crashes falls back as far as what it has not written to disk. */
    static final String NOTHING_WRITTEN_BETWEEN_CHECKPOINTS = "bgwriter_lru_maxpages=0";

    private static final int CONNECTIONS = 16;
    private static final String TIMEOUTS = "connectTimeout=2&socketTimeout=2";

    /** For commits that are made to wait. */
    private static final String LONG_TIMEOUTS = "connectTimeout=2&socketTimeout=30";

    /**
     * Where the servers are, and as whom they are used.
     *
     * @param writer leads to whichever server takes writes
     * @param nodes lead to each server
     */
    record Addresses(String writer, List<String> nodes, String user, String password) {
        static Addresses of(PostgresCluster cluster) {
            return new Addresses(
                    cluster.writerUrl(),
                    cluster.nodes().stream().map(PostgresNode::jdbcUrl).toList(),
                    cluster.writer().username(),
                    cluster.writer().password());
        }
    }

    private final @Nullable PostgresCluster cluster;
    private final Addresses addresses;
    private final AtomicInteger crashes;
    private final String timeouts;
    private final Decisions decisions = new Decisions();
    private final HikariDataSource writer;
    private final List<HikariDataSource> readers = new ArrayList<>();
    private final RoutingDataSource routing;

    RoutedCluster(PostgresCluster cluster, UnaryOperator<RoutingDataSourceBuilder> settings) {
        this(cluster, Addresses.of(cluster), settings, new AtomicInteger(), TIMEOUTS);
    }

    /** Returns an instance of which the servers were started by another process. */
    static RoutedCluster at(Addresses addresses, UnaryOperator<RoutingDataSourceBuilder> settings) {
        return new RoutedCluster(null, addresses, settings, new AtomicInteger(), TIMEOUTS);
    }

    /** Returns an instance whose statements may take long. */
    static RoutedCluster patient(PostgresCluster cluster, UnaryOperator<RoutingDataSourceBuilder> settings) {
        return new RoutedCluster(cluster, Addresses.of(cluster), settings, new AtomicInteger(), LONG_TIMEOUTS);
    }

    /** Returns another instance of the application, with pools and knowledge of its own. */
    RoutedCluster another(UnaryOperator<RoutingDataSourceBuilder> settings) {
        return new RoutedCluster(cluster(), Addresses.of(cluster()), settings, crashes, timeouts);
    }

    private RoutedCluster(
            @Nullable PostgresCluster cluster,
            Addresses addresses,
            UnaryOperator<RoutingDataSourceBuilder> settings,
            AtomicInteger crashes,
            String timeouts) {
        this.crashes = crashes;
        this.timeouts = timeouts;
        this.cluster = cluster;
        this.addresses = addresses;
        this.writer = pool("writer", addresses.writer() + "&" + timeouts);
        RoutingDataSourceBuilder builder = RoutingDataSource.builder()
                .coordination(Coordination.SINGLE)
                .writer(writer)
                .listener(decisions);
        for (int i = 0; i < addresses.nodes().size(); i++) {
            HikariDataSource pool = pool(name(i), addresses.nodes().get(i) + "?" + timeouts);
            readers.add(pool);
            builder.reader(name(i), pool);
        }
        this.routing = settings.apply(builder).build();
    }

    private HikariDataSource pool(String name, String url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(url);
        config.setUsername(addresses.user());
        config.setPassword(addresses.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(1000);
        config.setValidationTimeout(500);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private static String name(int node) {
        return "server-" + node;
    }

    /**
     * Makes the tables, and lets the application's role see which timeline a reader receives.
     *
     * <p>Readers make a checkpoint of their own, which they fall back to when they crash.
     */
    void createTables() throws SQLException {
        PostgresCluster cluster = cluster();
        execute(
                cluster.writer().adminDataSource(),
                "grant pg_monitor to " + cluster.writer().username());
        for (int table = 0; table < History.TABLES; table++) {
            String name = History.table(table);
            execute(routing, "drop table if exists " + name);
            execute(
                    routing,
                    "create table " + name + " (id int primary key, n bigint not null) with (fillfactor = 50)");
            for (int row = 0; row < History.ROWS; row++) {
                execute(routing, "insert into " + name + " values (" + (row + 1) + ", 0)");
            }
        }
        execute(cluster.writer().adminDataSource(), "checkpoint");
        cluster.awaitReaders();
        for (PostgresNode reader : cluster.readers()) {
            execute(reader.adminDataSource(), "checkpoint");
        }
    }

    static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            execute(connection, sql);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the number that a statement answers, asked by the superuser of that server. */
    static long ask(PostgresNode node, String sql) throws SQLException {
        try (Connection connection = node.adminDataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Reads every counter on a server, past the data source under test. */
    static long[] counters(PostgresNode node) throws SQLException {
        long[] numbers = new long[History.COUNTERS];
        try (Connection connection = node.adminDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < numbers.length; i++) {
                String sql = "select n from " + History.tableOf(i) + " where id = " + History.key(i);
                try (ResultSet row = statement.executeQuery(sql)) {
                    row.next();
                    numbers[i] = row.getLong(1);
                }
            }
        }
        return numbers;
    }

    PostgresCluster cluster() {
        return Objects.requireNonNull(cluster, "started by another process");
    }

    RoutingDataSource routing() {
        return routing;
    }

    HikariDataSource writerPool() {
        return writer;
    }

    Decisions decisions() {
        return decisions;
    }

    /** Notes that a server is about to lose its connections, and with them perhaps what it had applied last. */
    void crash() {
        crashes.incrementAndGet();
    }

    /** Returns how often a server was made to crash. */
    int crashes() {
        return crashes.get();
    }

    @Override
    public void close() {
        routing.close();
        writer.close();
        readers.forEach(HikariDataSource::close);
    }
}

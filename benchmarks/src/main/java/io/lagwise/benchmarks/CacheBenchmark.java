package io.lagwise.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A SELECT answered from the cache, beside the same on a server on loopback; from taking the connection to closing it.
 *
 * <p>One row of two columns by key, or a hundred rows of ten columns.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls start() first.
public class CacheBenchmark {
    private static final String ONE = "select id, name from item where id = ?";
    private static final String MANY = "select id, id + 1, id + 2, id + 3, id + 4, name, name, name, name, name"
            + " from item where id > ? order by id limit 100";
    private static final String THOUSAND = "select id, name from item where id > ? order by id limit 1000";
    private static final int COLUMNS = 10;

    private PostgresCluster cluster;
    private HikariDataSource writer;
    private HikariDataSource reader;
    private RoutingDataSource routing;
    private long unique;

    /** Starts a writer and a reader, and waits until reads are routed. */
    @Setup
    public void start() throws SQLException {
        cluster = PostgresCluster.builder().readers(1).start();
        writer = NodePool.of(cluster.writer());
        reader = NodePool.of(cluster.reader(0));
        routing = RoutingDataSource.builder()
                .coordination(Coordination.SINGLE)
                .writer(writer)
                .reader("reader", reader)
                .build();
        try (Connection connection = routing.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table item (id int primary key, name text)");
            statement.execute("insert into item select i, 'item number ' || i from generate_series(1, 2000) i");
        }
        while (routing.explain(ONE).decision().reason() != RouteReason.READER_FRESH) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Stops what was started. */
    @TearDown
    public void stop() {
        routing.close();
        writer.close();
        reader.close();
        cluster.close();
    }

    /** Measures one row from the server, by the pool alone. */
    @Benchmark
    public long oneFromServer() throws SQLException {
        return one(reader, 42);
    }

    /** Measures one row from the cache. */
    @Benchmark
    public long oneFromCache() throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open()) {
            return one(routing, 42);
        }
    }

    /** Measures a hundred rows of ten columns from the server, by the pool alone. */
    @Benchmark
    public long manyFromServer() throws SQLException {
        return many(reader);
    }

    /** Measures a hundred rows of ten columns from the cache. */
    @Benchmark
    public long manyFromCache() throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open()) {
            return many(routing);
        }
    }

    /** Measures a thousand rows from the server, routed and not kept. */
    @Benchmark
    public long thousandNotKept() throws SQLException {
        return thousand();
    }

    /** Measures a thousand rows from the server, routed and kept each time. */
    @Benchmark
    public long thousandKept() throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open()) {
            return thousand();
        }
    }

    /** Each time another question, so that it is never answered from the cache. */
    private long thousand() throws SQLException {
        try (Connection connection = routing.getConnection();
                PreparedStatement statement = connection.prepareStatement(THOUSAND)) {
            statement.setLong(1, -(unique++));
            return sum(statement.executeQuery(), 1);
        }
    }

    private static long one(DataSource source, int id) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(ONE)) {
            statement.setInt(1, id);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1) + row.getString(2).length();
            }
        }
    }

    private static long many(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(MANY)) {
            statement.setInt(1, 0);
            return sum(statement.executeQuery(), COLUMNS);
        }
    }

    private static long sum(ResultSet rows, int columns) throws SQLException {
        try (rows) {
            long sum = 0;
            while (rows.next()) {
                for (int column = 1; column <= columns; column++) {
                    sum += column <= columns / 2
                            ? rows.getInt(column)
                            : rows.getString(column).length();
                }
            }
            return sum;
        }
    }
}

package io.lagwise.benchmarks;

import io.lagwise.RoutingHints;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
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

/** A SELECT by key in auto-commit mode, from taking the connection to closing it, on a driver that costs nothing. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class SelectByKeyBenchmark {
    private final NullDatabase database = new NullDatabase();
    private final DataSource floor = database.floor();
    private final DataSource springLazy = database.springLazy();
    private DataSource lagwise = floor;
    private DataSource withoutCache = floor;

    /** Waits until reads are routed. */
    @Setup
    public void route() {
        lagwise = database.lagwise();
        withoutCache = database.withoutCache();
    }

    /** Closes pools and watching. */
    @TearDown
    public void close() {
        database.close();
    }

    /** Measures the pool alone. */
    @Benchmark
    public long floor() throws SQLException {
        return select(floor);
    }

    /** Measures Spring's lazy proxy with a read-only data source. */
    @Benchmark
    public long springLazy() throws SQLException {
        return select(springLazy);
    }

    /** Measures the routed data source. */
    @Benchmark
    public long lagwise() throws SQLException {
        return select(lagwise);
    }

    /** Measures the routed data source with the cache off. */
    @Benchmark
    public long lagwiseWithoutCache() throws SQLException {
        return select(withoutCache);
    }

    /** Measures the routed data source where a hint asks for the cache, and the result cannot be kept. */
    @Benchmark
    public long lagwiseNotKept() throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open()) {
            return select(lagwise);
        }
    }

    private static long select(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(NullDatabase.SELECT)) {
            statement.setLong(1, 42);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1) + row.getString(2).length();
            }
        }
    }
}

package io.lagwise.benchmarks;

import io.lagwise.sql.Dialect;
import io.lagwise.sql.SqlAnalyzer;
import io.lagwise.sql.StatementProfile;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to understand a SELECT of some 200 characters: the first time, and when it returns. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class AnalysisBenchmark {
    private static final String SELECT =
            "select o.id, o.status, c.name, sum(i.price * i.quantity) as total from orders o"
                    + " join customers c on c.id = o.customer_id left join items i on i.order_id = o.id"
                    + " where o.created > ? and c.region = 'north' group by o.id, c.name";

    private final SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.POSTGRESQL);
    private long number;

    /** Measures the look-up of the same string. */
    @Benchmark
    public StatementProfile sameText() {
        return analyzer.analyze(SELECT);
    }

    /** Measures the look-up of an equal string, whose making is the floor. */
    @Benchmark
    public StatementProfile equalText() {
        return analyzer.analyze(new String(SELECT.toCharArray()));
    }

    /** Measures what {@link #equalText} costs without the look-up, the hash included. */
    @Benchmark
    public int equalTextFloor() {
        return new String(SELECT.toCharArray()).hashCode();
    }

    /** Measures the analysis of a text that was never seen. */
    @Benchmark
    public StatementProfile newText() {
        return analyzer.analyze(SELECT + " having count(*) > " + number++);
    }
}

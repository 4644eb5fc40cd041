package io.lagwise.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.cache.CacheSettings;
import io.lagwise.cache.CacheStatus;
import io.lagwise.redis.Mirroring;
import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.RedisServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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
import org.redisson.Redisson;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/**
 * What it costs to share records and rows in Redis, all servers on loopback.
 *
 * <p>A read of one row, routed to a reader with its records checked, pushed, or neither; a query that takes a reader longer,
 * with its records checked or not; a hundred rows from the heap with their records checked or pushed, and from Redis, beside
 * a bare GET of the same bytes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 12, time = 2)
@Measurement(iterations = 8, time = 2)
@Fork(1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls start() first.
public class SharedBenchmark {
    private static final String ONE = "select id, name from item where id = 42";
    private static final String MANY = "select id, name from item where id > 0 order by id limit 100";
    private static final String LONG = "select count(distinct name), max(name) from item";
    private static final String RESULTS = "lw:r:*";

    private PostgresCluster cluster;
    private RedisServer redis;
    private RedissonClient client;
    private HikariDataSource writer;
    private HikariDataSource reader;
    private RoutingDataSource unchecked;
    private RedisLedger ledger;
    private RoutingDataSource checked;
    private RedisLedger pushedLedger;
    private RoutingDataSource pushed;
    private RedisLedger distantLedger;
    private RoutingDataSource distant;
    private RedisLedger distantPushedLedger;
    private RoutingDataSource distantPushed;
    private RBucket<byte[]> bytes;

    /** Starts the servers, and waits until reads are routed and a result is in Redis. */
    @Setup
    public void start() throws SQLException {
        cluster = PostgresCluster.builder().readers(1).start();
        redis = RedisServer.builder().start();
        Config config = new Config();
        config.useSingleServer().setAddress(redis.address());
        client = Redisson.create(config);
        writer = NodePool.of(cluster.writer());
        reader = NodePool.of(cluster.reader(0));
        try (Connection connection = writer.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table item (id int primary key, name text)");
            statement.execute("insert into item select i, 'item number ' || i from generate_series(1, 2000) i");
        }
        unchecked = routing(builder -> builder.coordination(Coordination.SINGLE));
        ledger = RedisLedger.over(client, RedisSettings.DEFAULTS);
        checked = routing(builder -> builder.ledger(ledger));
        pushedLedger = RedisLedger.over(client, pushing());
        pushed = routing(builder -> builder.ledger(pushedLedger));
        distantLedger = RedisLedger.over(client, RedisSettings.DEFAULTS);
        CacheSettings usual = CacheSettings.DEFAULT;
        CacheSettings onlyInRedis = new CacheSettings(usual.mode(), usual.ttl(), 0, usual.maximumEntrySize());
        distant = routing(builder -> builder.ledger(distantLedger).cache(onlyInRedis));
        distantPushedLedger = RedisLedger.over(client, pushing());
        distantPushed = routing(builder -> builder.ledger(distantPushedLedger).cache(onlyInRedis));
        await(unchecked);
        await(checked);
        await(pushed);
        await(distant);
        await(distantPushed);
        for (RedisLedger pushing : List.of(pushedLedger, distantPushedLedger)) {
            while (!pushing.state().equals("available")) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        for (RoutingDataSource far : List.of(distant, distantPushed)) {
            while (status(far).sharedHits() == 0) {
                cached(far);
            }
        }
        String name = client.getKeys().getKeysByPattern(RESULTS).iterator().next();
        bytes = client.getBucket(name, ByteArrayCodec.INSTANCE);
        System.out.println("bytes of the result in Redis: " + bytes.get().length);
    }

    private static RedisSettings pushing() {
        RedisSettings usual = RedisSettings.DEFAULTS;
        return new RedisSettings(
                usual.budget(),
                usual.lease(),
                usual.onOutage(),
                usual.results(),
                new Mirroring(Mirroring.Use.READS, Duration.ofSeconds(2)));
    }

    private RoutingDataSource routing(Consumer<RoutingDataSourceBuilder> options) {
        RoutingDataSourceBuilder builder =
                RoutingDataSource.builder().writer(writer).reader("reader", reader);
        options.accept(builder);
        return builder.build();
    }

    private static void await(RoutingDataSource routing) {
        while (routing.explain(ONE).decision().reason() != RouteReason.READER_FRESH) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static CacheStatus status(RoutingDataSource routing) {
        return Objects.requireNonNull(routing.status().cache());
    }

    /** Stops what was started, having said where rows came from. */
    @TearDown
    public void stop() {
        System.out.println("near: " + status(checked) + "\nfar: " + status(distant) + "\n" + status(distantPushed));
        for (RoutingDataSource routing : new RoutingDataSource[] {unchecked, checked, pushed, distant, distantPushed}) {
            routing.close();
        }
        ledger.close();
        pushedLedger.close();
        distantLedger.close();
        distantPushedLedger.close();
        writer.close();
        reader.close();
        client.shutdown();
        redis.close();
        cluster.close();
    }

    /** Measures one row from the reader's pool alone. */
    @Benchmark
    public long readFromPool() throws SQLException {
        return read(reader, ONE);
    }

    /** Measures one row from a reader, by the records of this process. */
    @Benchmark
    public long readUnchecked() throws SQLException {
        return read(unchecked, ONE);
    }

    /** Measures one row from a reader, by the records in Redis. */
    @Benchmark
    public long readChecked() throws SQLException {
        return read(checked, ONE);
    }

    /** Measures one row from a reader, by the records that Redis has pushed. */
    @Benchmark
    public long readPushed() throws SQLException {
        return read(pushed, ONE);
    }

    /** Measures a longer query on a reader, by the records of this process. */
    @Benchmark
    public long longUnchecked() throws SQLException {
        return read(unchecked, LONG);
    }

    /** Measures a longer query on a reader, by the records in Redis. */
    @Benchmark
    public long longChecked() throws SQLException {
        return read(checked, LONG);
    }

    /** Measures a hundred rows from the reader's pool alone. */
    @Benchmark
    public long manyFromPool() throws SQLException {
        return read(reader, MANY);
    }

    /** Measures a hundred rows from the heap, by the records in Redis. */
    @Benchmark
    public long nearHit() throws SQLException {
        return cached(checked);
    }

    /** Measures a hundred rows from the heap, by the records that Redis has pushed. */
    @Benchmark
    public long nearHitPushed() throws SQLException {
        return cached(pushed);
    }

    /** Measures a hundred rows from Redis, by the records there. */
    @Benchmark
    public long farHit() throws SQLException {
        return cached(distant);
    }

    /** Measures a hundred rows from Redis, by the records that Redis has pushed. */
    @Benchmark
    public long farHitPushed() throws SQLException {
        return cached(distantPushed);
    }

    /** Measures a GET of the same bytes. */
    @Benchmark
    public byte[] bareGet() {
        return bytes.get();
    }

    private static long cached(DataSource source) throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open()) {
            return read(source, MANY);
        }
    }

    private static long read(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            long sum = 0;
            while (rows.next()) {
                sum += rows.getLong(1) + rows.getString(2).length();
            }
            return sum;
        }
    }
}

package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteDecision.Target;
import io.lagwise.RoutingHints;
import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import io.lagwise.redis.ResultSharing;
import io.lagwise.routing.ExternalWrites;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.routing.RoutingStatus.ExternalWritesStatus;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

/** Writes of others, where records are shared in Redis: one streams them for all, or each counts them. */
@PostgresReplication(readers = 1)
class OutsideWritesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONGER_THAN_COUNTERS_TAKE = Duration.ofSeconds(15);
    private static final String SUM = "select coalesce(sum(n), 0) from stock";

    private static final RedisSettings SETTINGS = new RedisSettings(
            Duration.ofMillis(250), Duration.ofSeconds(2), RedisSettings.OnOutage.WRITER, ResultSharing.IN_CLEAR, null);

    private final PostgresCluster cluster;
    private final RedisServer redis = RedisServer.builder().start();

    OutsideWritesIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void allow() throws SQLException {
        outside("alter role app replication");
        outside("drop publication if exists lagwise");
        outside("create publication lagwise for all tables");
        outside("drop table if exists stock");
        outside("create table stock (id int primary key, n int)");
        outside("grant all on stock to app");
        outside("insert into stock values (1, 1)");
        cluster.awaitReaders();
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    private void outside(String sql) throws SQLException {
        try (Connection connection = cluster.writer().adminDataSource().getConnection()) {
            RoutedCluster.execute(connection, sql);
        }
    }

    /** An instance that streams, with its client and its ledger. */
    private record Streaming(RedissonClient client, RedisLedger ledger, RoutedCluster routed) implements AutoCloseable {
        static Streaming of(RedisServer redis, Assembling assembling) {
            return of(redis, ExternalWrites.STREAM, assembling);
        }

        static Streaming of(RedisServer redis, ExternalWrites how, Assembling assembling) {
            RedissonClient client = Instance.client(redis.address());
            RedisLedger ledger = RedisLedger.over(client, SETTINGS);
            return new Streaming(client, ledger, assembling.by(builder -> builder.ledger(ledger)
                    .externalWrites(how)));
        }

        ExternalWritesStatus status() {
            return Objects.requireNonNull(routed.routing().status().externalWrites());
        }

        String state() {
            return status().state();
        }

        long read() throws SQLException {
            try (RoutingHints.Scope hints = RoutingHints.cached().open();
                    Connection connection = routed.routing().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(SUM)) {
                row.next();
                return row.getLong(1);
            }
        }

        void keep() {
            await().atMost(PATIENCE).until(() -> {
                read();
                return routed.decisions().last().target() == Target.CACHE;
            });
        }

        @Override
        public void close() {
            routed.close();
            ledger.close();
            client.shutdown();
        }
    }

    private interface Assembling {
        RoutedCluster by(UnaryOperator<RoutingDataSourceBuilder> operator);
    }

    private void assertSeenBy(List<Streaming> instances) throws SQLException {
        long before = 0;
        for (Streaming instance : instances) {
            instance.keep();
            before = instance.read();
        }
        long now = before + 1;
        outside("update stock set n = n + 1");
        for (Streaming instance : instances) {
            await().atMost(PATIENCE).until(() -> instance.read() == now);
        }
    }

    @Test
    void oneStreamsForAllAndAnotherTakesOver() throws SQLException {
        try (Streaming two = Streaming.of(redis, operator -> RoutedCluster.patient(cluster, operator))) {
            try (Streaming one = Streaming.of(redis, operator -> two.routed().another(operator))) {
                await().atMost(PATIENCE)
                        .until(() -> (one.state() + two.state()).matches("streamingstandby|standbystreaming"));
                assertSeenBy(List.of(one, two));
                Streaming streaming = one.state().equals("streaming") ? one : two;
                Streaming other = streaming == one ? two : one;
                printDelay(other);
                outside(
                        "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name like 'lagwise%'");
                assertSeenBy(List.of(one, two));
            }
            await().atMost(PATIENCE).until(() -> two.state().equals("streaming"));
            assertSeenBy(List.of(two));
        }
    }

    @Test
    void whileRedisIsAwayNobodyIsSaidToWriteWithoutTheLibrary() throws SQLException {
        try (Streaming two = Streaming.of(redis, operator -> RoutedCluster.patient(cluster, operator));
                Streaming one = Streaming.of(redis, operator -> two.routed().another(operator))) {
            await().atMost(PATIENCE)
                    .until(() -> (one.state() + two.state()).matches("streamingstandby|standbystreaming"));
            Streaming streaming = one.state().equals("streaming") ? one : two;
            Streaming other = streaming == one ? two : one;
            streaming.keep();
            other.keep();
            assertThat(unreportedAfterWriting(streaming, other)).isZero();
            redis.kill();
            await().atMost(PATIENCE).until(() -> streaming.ledger().state().equals("unreachable"));
            assertThat(unreportedAfterWriting(streaming, other)).isZero();
            redis.start();
            await().atMost(PATIENCE)
                    .until(() -> one.state().equals("streaming") || two.state().equals("streaming"));
            assertSeenBy(List.of(one, two));
            assertThat(one.status().unreported() + two.status().unreported())
                    .as("by psql")
                    .isPositive();
        }
    }

    private long unreportedAfterWriting(Streaming streaming, Streaming writing) throws SQLException {
        RoutedCluster.execute(writing.routed().routing(), "update stock set n = n + 1");
        long end = number("select pg_current_wal_insert_lsn() - '0/0'");
        await().atMost(PATIENCE)
                .until(() -> number("select coalesce(max(confirmed_flush_lsn) - '0/0', 0) from pg_replication_slots"
                                + " where slot_name like 'lagwise%'")
                        >= end);
        return streaming.status().unreported();
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = cluster.writer().adminDataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void whoCountsTellsStrangersFromOtherInstances() throws SQLException {
        try (Streaming two =
                        Streaming.of(redis, ExternalWrites.POLL, operator -> RoutedCluster.patient(cluster, operator));
                Streaming one = Streaming.of(
                        redis, ExternalWrites.POLL, operator -> two.routed().another(operator))) {
            one.keep();
            await().during(LONGER_THAN_COUNTERS_TAKE).atMost(PATIENCE).until(() -> {
                RoutedCluster.execute(one.routed().routing(), "update stock set n = n + 1");
                return one.status().unreported() + two.status().unreported() == 0;
            });
            // What was counted last counts as reported for as long again.
            await().during(LONGER_THAN_COUNTERS_TAKE.multipliedBy(2))
                    .atMost(PATIENCE)
                    .until(() -> one.status().unreported() + two.status().unreported() == 0);
            outside("update stock set n = n + 1");
            await().atMost(PATIENCE)
                    .until(() -> one.status().unreported() + two.status().unreported() > 0);
        }
    }

    private void printDelay(Streaming other) throws SQLException {
        long[] micros = new long[60];
        try (Connection writing = cluster.writer().adminDataSource().getConnection()) {
            for (int i = 0; i < micros.length; i++) {
                other.keep();
                long before = other.read();
                RoutedCluster.execute(writing, "update stock set n = n + 1");
                long committed = System.nanoTime();
                while (other.read() == before) {
                    assertThat(Duration.ofNanos(System.nanoTime() - committed)).isLessThan(PATIENCE);
                }
                micros[i] = (System.nanoTime() - committed) / 1000;
            }
        }
        Arrays.sort(micros);
        System.out.printf(
                "outside commit until no old result is used in another instance: p50 %d us, p99 %d us, max %d us%n",
                micros[micros.length / 2], micros[micros.length * 99 / 100], micros[micros.length - 1]);
        assertThat(micros[0]).isPositive();
    }
}

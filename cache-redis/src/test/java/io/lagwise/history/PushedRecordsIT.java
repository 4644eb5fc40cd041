package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteDecision.Target;
import io.lagwise.RoutingHints;
import io.lagwise.redis.Mirroring.Use;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where Redis pushes what changes, nothing is asked that is known; what others write is seen within the bound. */
@PostgresReplication(readers = 1)
class PushedRecordsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final int READS_TOGETHER = 20;
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

    private final PostgresCluster cluster;
    private final RedisServer redis = RedisServer.builder().start();

    PushedRecordsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void makeTable() throws SQLException {
        try (Connection connection = cluster.writer().dataSource().getConnection()) {
            RoutedCluster.execute(connection, "drop table if exists item, other");
            RoutedCluster.execute(connection, "create table item (id int primary key, n int)");
            RoutedCluster.execute(connection, "create table other (id int primary key)");
            RoutedCluster.execute(connection, "insert into item values (1, 0)");
        }
        cluster.awaitReaders();
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    private static Instance.Rules mirroring(Use use) {
        return Instance.mirroring(use, BOUND);
    }

    private static int read(Instance instance, RoutingHints hints) throws SQLException {
        try (RoutingHints.Scope scope = hints.open();
                Connection connection = instance.routed().routing().getConnection();
                PreparedStatement statement = connection.prepareStatement("select n from item where id = 1");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static RoutingHints hints(Use use) {
        return use == Use.RESULTS ? RoutingHints.cached() : RoutingHints.uncached();
    }

    private static Target target(Use use) {
        return use == Use.RESULTS ? Target.CACHE : Target.READER;
    }

    private static void write(Instance instance) throws SQLException {
        RoutedCluster.execute(instance.routed().routing(), "update item set n = n + 1");
    }

    /** Waits until reads are answered where they are to be, and without asking. */
    private void awaitMirrored(Instance instance, Use use) {
        await().atMost(PATIENCE).until(() -> {
            long before = scripts();
            for (int i = 0; i < READS_TOGETHER; i++) {
                read(instance, hints(use));
            }
            return instance.routed().decisions().last().target() == target(use)
                    && scripts() - before < READS_TOGETHER / 2
                    && instance.ledger().state().equals("available");
        });
    }

    private long scripts() {
        Matcher calls = SCRIPTS.matcher(String.valueOf(redis.command("INFO", "commandstats")));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsKnownIsNotAskedFor(Use use) throws SQLException {
        try (Instance instance = Instance.first(cluster, redis, mirroring(use))) {
            awaitMirrored(instance, use);
            read(instance, hints(use));
            long begun = System.nanoTime();
            long before = scripts();
            int known = 0;
            for (int i = 0; i < 1000; i++) {
                read(instance, hints(use));
                known += instance.routed().decisions().last().target() == target(use) ? 1 : 0;
            }
            assertThat(known).isGreaterThan(900);
            long beats = 2
                    + (System.nanoTime() - begun) / Instance.LEASE.dividedBy(8).toNanos();
            assertThat(scripts() - before)
                    .as("beats, and one question for each that emptied the mirror")
                    .isLessThan(3 * beats);
        }
    }

    @Test
    void whereOnlyResultsAreJudgedByThemEveryOtherReadAsks() throws SQLException {
        try (Instance instance = Instance.first(cluster, redis, mirroring(Use.RESULTS))) {
            awaitMirrored(instance, Use.RESULTS);
            long before = scripts();
            for (int i = 0; i < 100; i++) {
                read(instance, RoutingHints.uncached());
            }
            assertThat(scripts() - before).isGreaterThanOrEqualTo(100);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onesOwnWritesAreSeenAtOnce(Use use) throws SQLException {
        try (Instance instance = Instance.first(cluster, redis, mirroring(use))) {
            awaitMirrored(instance, use);
            for (int i = 1; i <= 60; i++) {
                write(instance);
                assertThat(read(instance, hints(use))).isEqualTo(i);
                if (i % 20 == 0) {
                    awaitMirrored(instance, use);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void onesOwnWritesAreSeenAtOnceThoughNothingIsPushed(Use use) throws SQLException {
        redis.command("ACL", "SETUSER", "default", "resetchannels");
        try (Instance instance = Instance.first(cluster, redis, mirroring(use))) {
            for (int i = 1; i <= 20; i++) {
                awaitMirrored(instance, use);
                write(instance);
                assertThat(read(instance, hints(use))).isEqualTo(i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWritesOfOthersAreSeenSoon(Use use) throws SQLException {
        seen(use, "writes of another instance", () -> {});
    }

    @ParameterizedTest
    @EnumSource
    void aLostPushIsFoundOutWithinTheBound(Use use) throws SQLException {
        seen(use, "writes of which the push was lost", () -> redis.command("CLIENT", "KILL", "TYPE", "pubsub"));
    }

    /** As where the user of Redis may not publish. */
    @ParameterizedTest
    @EnumSource
    void whereNothingIsPushedTheBoundHolds(Use use) throws SQLException {
        redis.command("ACL", "SETUSER", "default", "resetchannels");
        seen(use, "writes that are not pushed", () -> {});
    }

    /** Writes through one instance, and reads by the other until that sees it. */
    private void seen(Use use, String what, Runnable before) throws SQLException {
        try (Instance one = Instance.first(cluster, redis, mirroring(use));
                Instance two = Instance.another(one, redis, mirroring(use))) {
            long latest = 0;
            for (int i = 1; i <= 10; i++) {
                awaitMirrored(two, use);
                before.run();
                write(one);
                latest = Math.max(latest, lastMissed(two, use, i));
            }
            System.out.printf("%s: %s were missed for %.1f ms at most%n", use, what, latest / 1e6);
            assertThat(Duration.ofNanos(latest)).isLessThan(BOUND);
        }
    }

    /** Returns how long after now the last read began that did not see what was written. */
    private static long lastMissed(Instance instance, Use use, int written) throws SQLException {
        long acknowledged = System.nanoTime();
        long last = 0;
        while (true) {
            long began = System.nanoTime();
            if (read(instance, hints(use)) == written) {
                return last;
            }
            last = began - acknowledged;
            assertThat(Duration.ofNanos(last)).as("not seen at all").isLessThan(PATIENCE);
        }
    }

    @Test
    void aSubscriptionEndsWithItsLedger() {
        Instance instance = Instance.first(cluster, redis, mirroring(Use.READS));
        await().atMost(PATIENCE).until(() -> subscriptions() == 1);
        instance.ledger().close();
        await().atMost(PATIENCE).until(() -> subscriptions() == 0);
        instance.close();
    }

    private int subscriptions() {
        Object channels = Objects.requireNonNull(redis.command("PUBSUB", "CHANNELS", "lw:*"));
        return ((List<?>) channels).size();
    }
}

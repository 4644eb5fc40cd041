package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import io.lagwise.redis.RedisSettings.OnOutage;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@PostgresReplication(readers = 1)
@Isolated
class RedisOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int COUNTER = 0;
    private static final int NEIGHBOUR = 1;

    private final PostgresCluster cluster;
    private final RedisServer redis = RedisServer.builder().start();
    private final History history = new History();

    RedisOutageIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void makeTables() throws SQLException {
        try (RoutedCluster earlier = new RoutedCluster(cluster, builder -> builder)) {
            earlier.createTables();
        }
    }

    @AfterEach
    void stop() {
        redis.close();
        assertThat(history.violations()).isEmpty();
    }

    private Client client(Instance instance) {
        return new Client(instance.routed(), history, new Traffic(), new Random(1), Client.Mode.READS_AND_WRITES);
    }

    private static void awaitState(Instance instance, String state) {
        await().atMost(PATIENCE).until(() -> instance.ledger().state().equals(state));
    }

    /** Something that is timed. */
    private interface Step {
        void run() throws SQLException;
    }

    private static long millis(Step step) throws SQLException {
        long began = System.nanoTime();
        step.run();
        return (System.nanoTime() - began) / 1_000_000;
    }

    @Test
    void everyStatementIsAnsweredWhileRedisIsAwayAndCommitsWaitOnce() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over);
                Instance two = Instance.another(one, redis, RedisLedger::over)) {
            awaitState(one, "available");
            awaitState(two, "available");
            Client first = client(one);
            Client second = client(two);
            first.write(COUNTER);
            redis.kill();
            long firstCommit = millis(() -> first.write(COUNTER));
            long slowestCommit = 0;
            long slowestRead = 0;
            for (int i = 0; i < 50; i++) {
                slowestCommit = Math.max(slowestCommit, millis(() -> first.write(COUNTER)));
                slowestRead = Math.max(slowestRead, millis(() -> second.read(COUNTER)));
            }
            System.out.printf(
                    "Redis away: first commit %d ms, slowest of 50 later ones %d ms, slowest read %d ms%n",
                    firstCommit, slowestCommit, slowestRead);
            assertThat(firstCommit).as("one lease").isLessThan(Instance.LEASE.toMillis() + 1000);
            assertThat(slowestCommit).isLessThan(500);
            assertThat(slowestRead).isLessThan(500);
            redis.start();
            long recovery = millis(() -> {
                awaitState(one, "available");
                awaitState(two, "available");
            });
            System.out.printf("Redis back: available again after %d ms%n", recovery);
            assertThat(one.ledger().hindrances()).containsEntry("unreachable", 1L);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(one.ledger().hindrances().get("recovering"))
                            .isPositive());
            second.read(COUNTER);
        }
    }

    @Test
    void whoComesBackToTheSameServerMakesNothingOldThatItHadRecorded() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over);
                Instance two = Instance.another(one, redis, RedisLedger::over)) {
            awaitState(one, "available");
            awaitState(two, "available");
            Client first = client(one);
            first.write(COUNTER);
            TableSet counter = records(two, COUNTER);
            TableSet neighbour = records(two, NEIGHBOUR);
            TableVersions ofCounter =
                    await().atMost(PATIENCE).until(() -> counter.asked().versions(), known -> known != null);
            TableVersions ofNeighbour =
                    await().atMost(PATIENCE).until(() -> neighbour.asked().versions(), known -> known != null);
            one.link().cut();
            awaitState(two, "instance-missing");
            comeBack(one, two);
            assertThat(counter.asked().isAt(ofCounter))
                    .as("what was recorded is as before")
                    .isTrue();
            one.link().cut();
            first.write(NEIGHBOUR);
            awaitState(two, "instance-missing");
            comeBack(one, two);
            await().atMost(PATIENCE).until(() -> neighbour.asked().versions() != null);
            assertThat(neighbour.asked().isAt(ofNeighbour))
                    .as("what was written unseen is as before")
                    .isFalse();
        }
    }

    private static void comeBack(Instance away, Instance other) {
        away.link().restore();
        awaitState(away, "available");
        awaitState(other, "available");
    }

    private static TableSet records(Instance instance, int counter) {
        return instance.ledger().reads(Set.of("public." + History.tableOf(counter)));
    }

    @Test
    void aClientThatTheApplicationHasShutDownFailsNoRead() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over)) {
            awaitState(one, "available");
            Client client = client(one);
            client.read(COUNTER);
            one.client().shutdown();
            for (int i = 0; i < 20; i++) {
                client.read(COUNTER);
            }
        }
    }

    @Test
    void aFrozenRedisDelaysEachReadByItsBudgetAtMost() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over)) {
            awaitState(one, "available");
            Client client = client(one);
            client.read(COUNTER);
            redis.freeze();
            long all = 0;
            for (int i = 0; i < 40; i++) {
                all += millis(() -> client.read(COUNTER));
            }
            System.out.printf("Redis frozen: 40 reads in %d ms%n", all);
            assertThat(all).as("three budgets, and reads as usual").isLessThan(3 * 50 + 40 * 50);
            redis.thaw();
            awaitState(one, "available");
        }
    }

    @Test
    void whoNeverReachedRedisReadsButDoesNotCommit() throws SQLException {
        redis.kill();
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over)) {
            Client client = client(one);
            client.read(COUNTER);
            assertThatThrownBy(() -> client.write(COUNTER))
                    .isInstanceOf(SQLTransientException.class)
                    .hasMessageContaining("Nothing was committed")
                    .hasMessageContaining("on-outage");
            client.read(COUNTER);
            redis.start();
            awaitState(one, "available");
            client.write(COUNTER);
        }
    }

    @Test
    void whoMayGoByItsOwnKnowledgeCommitsWithoutRedis() throws SQLException {
        redis.kill();
        RedisSettings local = new RedisSettings(Duration.ofMillis(50), Instance.LEASE, OnOutage.LOCAL, null, null);
        try (Instance one = Instance.first(cluster, redis, (client, settings) -> RedisLedger.over(client, local))) {
            Client client = client(one);
            assertThat(millis(() -> client.write(COUNTER))).isLessThan(1000);
            client.read(COUNTER);
        }
    }

    @Test
    void anInstanceThatOnlyTheDatabaseKnowsIsWaitedForAndOneOfAnotherDatabaseIsNot() throws SQLException {
        String url = cluster.writer().jdbcUrl() + "?ApplicationName=lagwise:";
        String elsewhere = url.replaceFirst("/[^/?]+\\?", "/postgres?");
        try (Connection other = connect(elsewhere + "of-another-database");
                Instance one = Instance.first(cluster, redis, RedisLedger::over)) {
            awaitState(one, "available");
            try (Connection silent = connect(url + "that-never-beat")) {
                redis.command("FLUSHALL");
                awaitState(one, "instance-missing");
                client(one).read(COUNTER);
                assertThat(silent.isValid(1) && other.isValid(1)).isTrue();
            }
            awaitState(one, "available");
        }
    }

    private Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(
                url, cluster.writer().username(), cluster.writer().password());
    }

    @Test
    void anInstanceThatEndsTakesItsLeave() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over)) {
            try (Instance two = Instance.another(one, redis, RedisLedger::over)) {
                awaitState(one, "available");
                awaitState(two, "available");
                client(two).write(COUNTER);
                await().atMost(PATIENCE)
                        .until(() -> two.routed().routing().status().ledger().inFlight() == 0);
            }
            await().during(Instance.LEASE.multipliedBy(2))
                    .atMost(PATIENCE)
                    .until(() -> one.ledger().state().equals("available"));
        }
    }

    @Test
    void whatIsMalformedInRedisFailsNoStatement() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over)) {
            awaitState(one, "available");
            Client client = client(one);
            await().atMost(PATIENCE).until(() -> reason(one) == RouteReason.READER_FRESH);
            for (Object key : (List<?>) redis.command("KEYS", "*" + History.tableOf(COUNTER))) {
                redis.command("HSET", key.toString(), "p:lsn", "no number");
            }
            client.read(COUNTER);
            client.write(COUNTER);
            client.read(COUNTER);
            for (Object key : (List<?>) redis.command("KEYS", "*")) {
                redis.command("SET", key.toString(), "of another type");
            }
            client.read(COUNTER);
        }
    }

    private static RouteReason reason(Instance instance) {
        return instance.routed()
                .routing()
                .explain("select n from " + History.tableOf(COUNTER))
                .decision()
                .reason();
    }
}

package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import io.lagwise.spi.TableLedger;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/**
 * What commits and reads cost in Redis: round trips, and bytes on the wire.
 *
 * <p>Each is counted by itself, many times over; the median knows nothing of a beat that fell in between.
 */
@PostgresReplication(readers = 1)
class SharedCostIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TIMES = 31;
    private static final int MOST_TABLES = 5;

    /** With a lease that leaves much time between two beats. */
    private static final Instance.Rules CALM = (client, settings) -> RedisLedger.over(
            client,
            new RedisSettings(settings.budget(), Duration.ofSeconds(4), settings.onOutage(), settings.results(), null));

    /** Long enough for whatever follows, and short beside the time between two beats. */
    private static final Duration QUIET = Duration.ofMillis(40);

    private final PostgresCluster cluster;

    SharedCostIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    /** A statement or a transaction that is counted. */
    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    @Test
    void aCommitCostsTwoRoundTripsAndAReadOne() throws SQLException {
        try (RedisServer redis = RedisServer.builder().start();
                Instance one = Instance.first(cluster, redis, CALM);
                Instance two = Instance.another(one, redis, CALM)) {
            one.routed().createTables();
            await().atMost(PATIENCE).until(() -> isSettled(one) && isSettled(two));
            RedisLoad nothing = count(redis, one, connection -> {});
            System.out.println("to count: " + nothing);
            RedisLoad commit1 =
                    print("commit of 1 table", count(redis, one, commitOf(1)).without(nothing));
            RedisLoad commit5 = print(
                    "commit of 5 tables",
                    count(redis, one, commitOf(MOST_TABLES)).without(nothing));
            RedisLoad read1 =
                    print("read of 1 table", count(redis, two, readOf(1)).without(nothing));
            RedisLoad read5 = print(
                    "read of 5 tables", count(redis, two, readOf(MOST_TABLES)).without(nothing));
            RedisLoad written = print(
                    "read of 1 table that another has written",
                    count(redis, two, by(one, commitOf(1)), readOf(1)).without(nothing));

            assertThat(nothing.scripts()).as("scripts while nothing happens").isZero();
            assertThat(commit1.scripts()).as("before it leaves, and after").isEqualTo(2);
            assertThat(commit5.scripts()).as("whatever the number of tables").isEqualTo(2);
            assertThat(read1.scripts()).isEqualTo(1);
            assertThat(read5.scripts()).isEqualTo(1);
            assertBytes(commit1, 1300);
            assertBytes(commit5, 1700);
            assertBytes(read1, 620);
            assertBytes(read5, 910);
            assertBytes(written, 830);
        }
    }

    /** Names of instances, sessions and servers are not always of the same length. */
    private static void assertBytes(RedisLoad load, long about) {
        assertThat(load.bytesIn() + load.bytesOut()).isCloseTo(about, Percentage.withPercentage(20));
    }

    private static RedisLoad print(String what, RedisLoad load) {
        System.out.printf(
                "%s: %d round trips, %d bytes sent, %d bytes answered, %d us in scripts%n",
                what, load.scripts(), load.bytesIn(), load.bytesOut(), load.scriptMicros());
        return load;
    }

    private static Work commitOf(int tables) {
        return connection -> {
            connection.setAutoCommit(false);
            for (int table = 0; table < tables; table++) {
                RoutedCluster.execute(connection, "update " + History.table(table) + " set n = n + 1 where id = 1");
            }
            connection.commit();
            connection.setAutoCommit(true);
        };
    }

    private static Work by(Instance another, Work work) {
        return connection -> {
            try (Connection own = another.routed().routing().getConnection()) {
                work.on(own);
            }
        };
    }

    private static Work readOf(int tables) {
        return connection -> RoutedCluster.execute(connection, textOf(tables));
    }

    private static String textOf(int tables) {
        return IntStream.range(0, tables)
                .mapToObj(History::table)
                .collect(Collectors.joining(" natural join ", "select count(*) from ", ""));
    }

    private static RedisLoad count(RedisServer redis, Instance instance, Work work) throws SQLException {
        return count(redis, instance, connection -> {}, work);
    }

    private static RedisLoad count(RedisServer redis, Instance instance, Work before, Work work) throws SQLException {
        RedisLoad[] counted = new RedisLoad[TIMES];
        for (int i = 0; i < TIMES; i++) {
            try (Connection connection = instance.routed().routing().getConnection()) {
                before.on(connection);
                await().pollDelay(QUIET).atMost(PATIENCE).until(() -> true);
                RedisLoad known = RedisLoad.of(redis);
                work.on(connection);
                await().pollDelay(QUIET).atMost(PATIENCE).until(() -> true);
                counted[i] = RedisLoad.of(redis).since(known);
            }
        }
        return new RedisLoad(
                median(counted, RedisLoad::scripts),
                median(counted, RedisLoad::bytesIn),
                median(counted, RedisLoad::bytesOut),
                median(counted, RedisLoad::cpuMicros),
                median(counted, RedisLoad::scriptMicros),
                median(counted, RedisLoad::at));
    }

    private static long median(RedisLoad[] counted, ToLongFunction<RedisLoad> number) {
        return Arrays.stream(counted).mapToLong(number).sorted().toArray()[counted.length / 2];
    }

    /** Returns whether no record is missing any more, so that nothing is made while something else is counted. */
    private static boolean isSettled(Instance instance) {
        List<String> tables = new ArrayList<>(List.of(TableLedger.UNKNOWN, TableLedger.CATALOG));
        IntStream.range(0, MOST_TABLES).forEach(table -> tables.add("public." + History.table(table)));
        instance.routed().routing().explain(textOf(MOST_TABLES));
        return instance.ledger().state().equals("available")
                && instance.ledger().describe(tables).stream().allMatch(record -> record.lastWrite() != null);
    }
}

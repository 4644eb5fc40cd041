package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteDecision.Target;
import io.lagwise.RoutingHints;
import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.ResultSharing;
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
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one instance has read answers in others, and nothing else does. */
@PostgresReplication(readers = 1)
class SharedRowsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NAME = "Ottilie von Ypsilon";
    private static final String READ = "select id, name from customer where name = ?";

    private final PostgresCluster cluster;
    private final RedisServer redis = RedisServer.builder().start();

    SharedRowsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void makeTable() throws SQLException {
        try (Connection connection = cluster.writer().dataSource().getConnection()) {
            RoutedCluster.execute(connection, "drop table if exists customer");
            RoutedCluster.execute(connection, "create table customer (id int primary key, name text)");
            RoutedCluster.execute(connection, "insert into customer values (1, '" + NAME + "'), (2, 'x')");
        }
        cluster.awaitReaders();
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    private static String read(Instance instance) throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open();
                Connection connection = instance.routed().routing().getConnection();
                PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setString(1, NAME);
            StringBuilder read = new StringBuilder();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    read.append(rows.getInt("id")).append(rows.getString("name"));
                }
            }
            return read.toString();
        }
    }

    private static boolean isFromCache(Instance instance) throws SQLException {
        read(instance);
        return instance.routed().decisions().last().target() == Target.CACHE;
    }

    private static void awaitKept(Instance instance) {
        await().atMost(PATIENCE).until(() -> isFromCache(instance));
    }

    private Set<String> results() {
        return keys(redis, "lw:r:*");
    }

    private static Set<String> keys(RedisServer server, String pattern) {
        Set<String> names = new TreeSet<>();
        ((List<?>) Objects.requireNonNull(server.command("KEYS", pattern))).forEach(name -> names.add(name.toString()));
        return names;
    }

    private void awaitResult() {
        await().atMost(PATIENCE).until(() -> !results().isEmpty());
    }

    private static void awaitReady(Instance instance) {
        await().atMost(PATIENCE).until(() -> instance.ledger().state().equals("available"));
    }

    private static long unreadable(Instance instance) {
        return Objects.requireNonNull(instance.routed().routing().status().cache())
                .unreadable();
    }

    @Test
    void whatOneInstanceHasReadAnswersInAnotherUntilItIsWritten() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over);
                Instance two = Instance.another(one, redis, RedisLedger::over)) {
            awaitReady(two);
            awaitKept(one);
            awaitResult();
            // Its own rows are not there yet, so the first answer from the cache is by the other's.
            awaitKept(two);
            assertThat(two.sharedHits()).isEqualTo(1);
            assertThat(read(two)).isEqualTo(1 + NAME);
            assertThat(two.sharedHits()).as("near from then on").isEqualTo(1);

            RoutedCluster.execute(two.routed().routing(), "update customer set id = 3 where id = 1");
            assertThat(read(one)).isEqualTo(3 + NAME);
            assertThat(read(two)).isEqualTo(3 + NAME);
        }
    }

    @Test
    void aNewInstanceBeginsWithWhatIsThere() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over)) {
            awaitKept(one);
            awaitResult();
            try (Instance two = Instance.another(one, redis, RedisLedger::over)) {
                awaitKept(two);
                assertThat(two.sharedHits()).isEqualTo(1);
            }
        }
    }

    @Test
    void noValueIsReadableInRedisWithASecret() {
        ResultSharing secret = new ResultSharing("a secret that nobody guesses");
        try (Instance plain = Instance.first(cluster, redis, RedisLedger::over);
                Instance one = Instance.another(plain, redis, secret);
                Instance two = Instance.another(plain, redis, secret)) {
            awaitKept(one);
            awaitResult();
            assertThat(results()).noneMatch(name -> name.contains("Ottilie"));
            results().forEach(name -> assertThat(String.valueOf(redis.command("GET", name)))
                    .doesNotContain("Ottilie")
                    .doesNotContain("select"));
            awaitKept(two);
            assertThat(two.sharedHits()).isEqualTo(1);
            awaitKept(plain);
            assertThat(plain.sharedHits()).as("who does not know the secret").isZero();
        }
    }

    @Test
    void rowsAreKeptWithoutTheStatementThatReadThem() {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over)) {
            awaitKept(one);
            awaitResult();
            results().forEach(name -> assertThat(String.valueOf(redis.command("GET", name)))
                    .contains("Ottilie")
                    .doesNotContain("select", "s\0e\0l\0e\0c\0t"));
        }
    }

    @Test
    void foreignBytesAreMissesAndCounted() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over);
                Instance two = Instance.another(one, redis, RedisLedger::over)) {
            awaitReady(two);
            awaitKept(one);
            awaitResult();
            String name = results().iterator().next();
            redis.command("COPY", name, "lw:r:kept");
            for (String forgery : List.of("", "LW", "not ours at all, and long enough to have a head")) {
                awaitCounted(two, () -> redis.command("SET", name, forgery));
            }
            awaitCounted(two, () -> {
                redis.command("COPY", "lw:r:kept", name, "REPLACE");
                redis.command("APPEND", name, "x");
            });
            assertThat(two.sharedHits()).isZero();
        }
    }

    /** What was kept before may arrive in Redis after the forgery, which is then put there again. */
    private static void awaitCounted(Instance reading, Runnable forging) {
        await().atMost(PATIENCE).until(() -> {
            forgetNear(reading);
            forging.run();
            long before = unreadable(reading);
            assertThat(read(reading)).isEqualTo(1 + NAME);
            return unreadable(reading) > before;
        });
    }

    /** A write elsewhere makes what is near old, and puts a mark that must be gone before anything is kept again. */
    private static void forgetNear(Instance instance) throws SQLException {
        RoutedCluster.execute(instance.routed().routing(), "update customer set name = name where id = 2");
        await().atMost(PATIENCE)
                .until(() ->
                        instance.routed().routing().explain(READ).decision().target() == Target.READER);
    }

    @Test
    void whoSeesValuesOtherwiseSharesNothing() throws SQLException {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over)) {
            awaitKept(one);
            awaitResult();
            admin("alter role " + cluster.writer().username() + " set intervalstyle = 'iso_8601'");
            try (Instance two = Instance.another(one, redis, RedisLedger::over)) {
                awaitKept(two);
                assertThat(two.sharedHits()).isZero();
            } finally {
                admin("alter role " + cluster.writer().username() + " reset intervalstyle");
            }
        }
    }

    private void admin(String sql) throws SQLException {
        RoutedCluster.execute(cluster.writer().adminDataSource(), sql);
    }

    @Test
    void rowsStayOnEachHeapWhereTheyShall() {
        try (Instance one = Instance.first(cluster, redis, RedisLedger::over);
                Instance two = Instance.another(one, redis, (ResultSharing) null)) {
            awaitKept(two);
            assertThat(results()).isEmpty();
            awaitKept(one);
            awaitResult();
        }
    }

    @Test
    void whereMemoryIsShortResultsGoAndRecordsStay() throws SQLException {
        try (RedisServer small = RedisServer.builder()
                        .setting("maxmemory", "64mb")
                        .setting("maxmemory-policy", "volatile-lru")
                        .start();
                Instance one = Instance.first(cluster, small, RedisLedger::over)) {
            awaitKept(one);
            Set<String> records = keys(small, "lw:{*");
            String flood = "for i = ARGV[1], ARGV[1] + 999 do"
                    + " redis.call('SET', 'lw:r:flood' .. i, string.rep('x', 100), 'PX', 300000) end";
            for (int first = 0; first < 1_000_000; first += 1_000) {
                small.command("EVAL", flood, "0", String.valueOf(first));
            }
            long left = (Long) Objects.requireNonNull(small.command("DBSIZE"));
            System.out.println("of a million results there are left: " + left);
            assertThat(left).as("results left").isLessThan(1_000_000);
            assertThat(keys(small, "lw:{*")).as("records").isEqualTo(records);
            // A busy Redis may have been late meanwhile.
            awaitReady(one);
            awaitKept(one);
        }
    }
}

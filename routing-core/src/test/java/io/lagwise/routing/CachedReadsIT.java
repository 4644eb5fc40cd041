package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.cache.CacheSettings;
import io.lagwise.cache.CacheStatus;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PostgresReplication(readers = 1)
class CachedReadsIT {
    private static final String READ = PostgresRouting.READ;
    private static final int ROWS = 5;

    private final PostgresCluster cluster;
    private PostgresRouting routing;
    private RoutingHints.Scope hints;

    CachedReadsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void open() throws SQLException {
        routing = new PostgresRouting(cluster).prepare();
        hints = RoutingHints.cached().open();
    }

    @AfterEach
    void close() {
        hints.close();
        routing.close();
    }

    private List<Integer> read(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return numbers(statement.executeQuery(sql));
        }
    }

    private List<Integer> read(String sql) throws SQLException {
        try (Connection connection = routing.connection()) {
            return read(connection, sql);
        }
    }

    private static List<Integer> numbers(ResultSet results) throws SQLException {
        try (results) {
            List<Integer> numbers = new ArrayList<>();
            while (results.next()) {
                numbers.add(results.getInt(1));
            }
            return numbers;
        }
    }

    private void update(String sql) throws SQLException {
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private CacheStatus status() {
        return routing.dataSource().status().cache();
    }

    private String node() {
        return routing.last().node();
    }

    /** Waits until no commit is under way, so that a result can be kept. */
    private void awaitQuiet() {
        routing.awaitFresh();
    }

    // ---- hits

    @Test
    void aRepeatedReadIsAnsweredWithoutADatabase() throws SQLException {
        List<Integer> first = read(READ);
        assertThat(node()).isEqualTo("reader");
        assertThat(read(READ)).isEqualTo(first).hasSize(ROWS);
        assertThat(node()).isEqualTo("cache");
        assertThat(routing.last().reason()).isEqualTo(RouteReason.CACHE_FRESH);
        assertThat(routing.inUse()).isZero();
        assertThat(status().hits()).isEqualTo(1);
        assertThat(status().misses()).isEqualTo(1);
        assertThat(status().entries()).isEqualTo(1);
    }

    @Test
    void aHitNeedsNeitherWriterNorReaderToHaveAConnectionLeft() throws SQLException {
        read(READ);
        List<Connection> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            taken.add(routing.readerPool().getConnection());
            taken.add(routing.writerPool().getConnection());
        }
        try {
            assertThat(read(READ)).hasSize(ROWS);
            assertThat(node()).isEqualTo("cache");
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }

    @Test
    void executeIsAnsweredToo() throws SQLException {
        for (int i = 0; i < 2; i++) {
            try (Connection connection = routing.connection();
                    Statement statement = connection.createStatement();
                    PreparedStatement prepared = connection.prepareStatement(READ)) {
                assertThat(statement.execute(READ)).isTrue();
                assertThat(statement.getUpdateCount()).isEqualTo(-1);
                assertThat(statement.getResultSet().getStatement()).isSameAs(statement);
                assertThat(numbers(statement.getResultSet())).hasSize(ROWS);
                assertThat(statement.getMoreResults()).isFalse();
                assertThat(prepared.execute()).isTrue();
                assertThat(node()).isEqualTo("cache");
                assertThat(prepared.getMoreResults()).isFalse();
                assertThat(prepared.getUpdateCount()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aWriteInvalidatesWhatReadItsTableAndNothingElse() throws SQLException {
        String other = "select n from other";
        read(READ);
        read(other);
        update("update item set n = 99 where id = 1");
        assertThat(read(READ)).first().isEqualTo(99);
        assertThat(read(other)).isEmpty();
        assertThat(node()).isEqualTo("cache");
        awaitQuiet();
        read(READ);
        assertThat(status().invalidations()).isPositive();
        assertThat(read(READ)).first().isEqualTo(99);
        assertThat(node()).isEqualTo("cache");
    }

    @Test
    void aTransactionInvalidatesWhenItIsCommitted() throws SQLException {
        read(READ);
        try (Connection connection = routing.connection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("update item set n = 77 where id = 1");
            }
            assertThat(read(connection, READ))
                    .as("the transaction's own write")
                    .first()
                    .isEqualTo(77);
            assertThat(read(READ)).as("seen from outside").first().isEqualTo(10);
            assertThat(node()).isEqualTo("cache");
            connection.commit();
        }
        assertThat(read(READ)).first().isEqualTo(77);
    }

    @Test
    void whatAnOpenTransactionWroteIsNeverKept() throws SQLException {
        try (Connection connection = routing.connection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("update item set n = 77 where id = 1");
            }
            assertThat(read(connection, READ)).first().isEqualTo(77);
            connection.rollback();
        }
        awaitQuiet();
        assertThat(read(READ)).first().isEqualTo(10);
        assertThat(status().bypasses()).containsKey(CacheReason.DIRTY_TRANSACTION);
    }

    @Test
    void aCleanTransactionIsAnsweredAtReadCommittedOnly() throws SQLException {
        read(READ);
        try (Connection connection = routing.connection()) {
            connection.setAutoCommit(false);
            read(connection, READ);
            assertThat(node()).isEqualTo("cache");
            connection.commit();
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            read(connection, READ);
            assertThat(node()).isEqualTo("writer");
            connection.rollback();
        }
        assertThat(status().bypasses()).containsKey(CacheReason.ISOLATION);
    }

    @Test
    void aReadDuringACommitElsewhereIsNotKept() throws SQLException {
        try (Connection blocked = routing.plain();
                Statement lock = blocked.createStatement()) {
            blocked.setAutoCommit(false);
            lock.execute("select 1 from item where id = 2 for update");
            ExecutorService other = Executors.newSingleThreadExecutor();
            Future<?> write = other.submit(() -> {
                update("update item set n = 5 where id = 2");
                return null;
            });
            await().until(() -> routing.dataSource().status().ledger().inFlight() > 0);
            read(READ);
            assertThat(node()).isEqualTo("writer");
            assertThat(status().entries()).isZero();
            assertThat(status().bypasses()).containsKey(CacheReason.WRITE_IN_FLIGHT);
            blocked.rollback();
            await().until(write::isDone);
            other.shutdown();
        }
        assertThat(read(READ)).contains(5);
    }

    // ---- keys

    @Test
    void differentParametersAndKindsOfParametersHaveResultsOfTheirOwn() throws SQLException {
        String sql = "select n from item where id = ?";
        try (Connection connection = routing.connection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int round = 0; round < 2; round++) {
                statement.setInt(1, 1);
                assertThat(numbers(statement.executeQuery())).containsExactly(10);
                statement.setInt(1, 2);
                assertThat(numbers(statement.executeQuery())).containsExactly(20);
                statement.setLong(1, 1);
                assertThat(numbers(statement.executeQuery())).containsExactly(10);
                statement.setNull(1, Types.INTEGER);
                assertThat(numbers(statement.executeQuery())).isEmpty();
                statement.setObject(1, 3, Types.INTEGER);
                assertThat(numbers(statement.executeQuery())).containsExactly(30);
            }
        }
        assertThat(status().misses()).isEqualTo(5);
        assertThat(status().hits()).isEqualTo(5);
    }

    @Test
    void rowLimitsAndSchemasHaveResultsOfTheirOwn() throws SQLException {
        read(READ);
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            statement.setMaxRows(2);
            assertThat(numbers(statement.executeQuery(READ))).hasSize(2);
        }
        update("create schema if not exists elsewhere");
        update("create table if not exists elsewhere.item (id int primary key, n int, name text)");
        awaitQuiet();
        read(READ);
        try (Connection connection = routing.connection()) {
            connection.setSchema("elsewhere");
            assertThat(read(connection, READ)).isEmpty();
            assertThat(read(connection, READ)).isEmpty();
            assertThat(node()).isEqualTo("cache");
        }
        assertThat(read(READ)).hasSize(ROWS);
        update("drop schema elsewhere cascade");
    }

    // ---- what is not kept

    @Test
    void withoutAHintNothingIsKept() throws SQLException {
        try (RoutingHints.Scope none = RoutingHints.uncached().open()) {
            read(READ);
            read(READ);
        }
        assertThat(node()).isEqualTo("reader");
        assertThat(status().entries()).isZero();
        assertThat(cacheable(READ)).as("with a hint").isEqualTo(CacheReason.CACHEABLE);
    }

    @Test
    void aCommentAsksAndForbids() throws SQLException {
        hints.close();
        String asking = "/* lagwise: cache=1m */ " + READ;
        read(asking);
        read(asking);
        assertThat(node()).isEqualTo("cache");
        hints = RoutingHints.cached().open();
        String forbidding = "/* lagwise: no-cache */ " + READ;
        read(forbidding);
        read(forbidding);
        assertThat(node()).isEqualTo("reader");
    }

    @Test
    void whatMayAnswerDifferentlyIsNotKept() throws SQLException {
        update("create or replace view aged as select n, now() as at from item");
        update("create or replace view plain as select n from item");
        update("create or replace function looked() returns int language sql stable as 'select max(n) from item'");
        update("create table if not exists secret (id int primary key, n int)");
        update("alter table secret enable row level security");
        routing.awaitReason("select n from plain", RouteReason.READER_FRESH);
        assertThat(cacheable("select n from plain")).isEqualTo(CacheReason.CACHEABLE);
        assertThat(cacheable("select n from aged")).isEqualTo(CacheReason.VOLATILE_VIEW);
        assertThat(cacheable("select n, now() from item")).isEqualTo(CacheReason.NOT_REPEATABLE);
        assertThat(cacheable("select n from secret")).isEqualTo(CacheReason.ROW_SECURITY);
        assertThat(cacheable("select looked() from other")).isEqualTo(CacheReason.UNKNOWN_TABLES);
        assertThat(cacheable("select 1")).isEqualTo(CacheReason.NO_TABLE);
        assertThat(cacheable("select n from item for update")).isEqualTo(CacheReason.NOT_A_READ);
    }

    private CacheReason cacheable(String sql) {
        return routing.dataSource().explain(sql).cacheable();
    }

    @Test
    void aRoutineWhoseTablesAreToldIsKeptUntilTheyAreWritten() throws SQLException {
        update("create or replace function highest() returns int language sql stable as 'select max(n) from item'");
        String sql = "select highest()";
        routing.awaitReason(sql, RouteReason.READER_FRESH);
        try (RoutingHints.Scope told =
                RoutingHints.cached().dependingOn(Set.of("item")).open()) {
            assertThat(cacheable(sql)).isEqualTo(CacheReason.CACHEABLE);
            int before = read(sql).get(0);
            assertThat(read(sql)).containsExactly(before);
            assertThat(node()).isEqualTo("cache");
            update("update other set n = n + 1");
            assertThat(read(sql)).containsExactly(before);
            assertThat(node()).as("after a write of another table").isEqualTo("cache");
            update("update item set n = n + 100");
            assertThat(read(sql).get(0)).isGreaterThan(before);
        }
        assertThat(cacheable(sql)).as("told by nobody").isEqualTo(CacheReason.UNKNOWN_TABLES);
        assertThat(read(sql).get(0)).isPositive();
        assertThat(node()).isNotEqualTo("cache");
    }

    @Test
    void aTableThatIsToldBesidesAndWrittenInvalidates() throws SQLException {
        try (RoutingHints.Scope told =
                RoutingHints.cached().dependingOn(Set.of("other")).open()) {
            read(READ);
            read(READ);
            assertThat(node()).isEqualTo("cache");
            update("update other set n = n + 1");
            read(READ);
            assertThat(node()).isNotEqualTo("cache");
        }
        try (RoutingHints.Scope told =
                RoutingHints.cached().dependingOn(Set.of("no_such_table")).open()) {
            assertThat(cacheable(READ)).isEqualTo(CacheReason.UNKNOWN_TABLES);
        }
    }

    @Test
    void aSessionThatWasChangedIsNotAnswered() throws SQLException {
        read(READ);
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("set time zone 'Asia/Tokyo'");
            read(connection, READ);
            assertThat(node()).isEqualTo("writer");
        }
        assertThat(status().bypasses()).containsKey(CacheReason.SESSION_STATE);
    }

    @Test
    void aChangeOfTheSchemaInvalidatesEverything() throws SQLException {
        read(READ);
        update("alter table item add column if not exists extra int");
        awaitQuiet();
        read(READ);
        assertThat(node()).isNotEqualTo("cache");
    }

    @Test
    void aLargeResultIsReadToItsEndAndNotKept() throws SQLException {
        routing.close();
        CacheSettings small = new CacheSettings(CacheSettings.Mode.HINTED, Duration.ofMinutes(1), 1 << 20, 4096);
        routing = new PostgresRouting(cluster, pool -> {}, builder -> builder.cache(small)).prepare();
        String sql = "select i from item, generate_series(1, 1000) i where id = 1 order by i";
        for (int i = 0; i < 2; i++) {
            List<Integer> numbers = read(sql);
            assertThat(numbers).hasSize(1000).startsWith(1, 2).endsWith(999, 1000);
            assertThat(node()).isEqualTo("reader");
        }
        assertThat(routing.inUse()).isZero();
        assertThat(cacheable(sql)).isEqualTo(CacheReason.TOO_LARGE);
    }

    @Test
    void withoutHintsWhatPaysIsFoundOut() throws SQLException {
        hints.close();
        routing.close();
        CacheSettings auto = new CacheSettings(CacheSettings.Mode.AUTO, Duration.ofMinutes(5), 1 << 20, 1 << 20);
        routing = new PostgresRouting(cluster, pool -> {}, builder -> builder.cache(auto)).prepare();
        assertThat(cacheable(READ)).isEqualTo(CacheReason.BEING_MEASURED);
        await().untilAsserted(() -> {
            assertThat(read(READ)).hasSize(ROWS);
            assertThat(node()).isEqualTo("cache");
        });
        assertThat(cacheable(READ)).isEqualTo(CacheReason.CACHEABLE);
        update("update item set n = 42 where id = 1");
        assertThat(read(READ)).first().isEqualTo(42);
        String everNew = "select n from item where id + 0 = ?";
        try (Connection connection = routing.connection();
                PreparedStatement statement = connection.prepareStatement(everNew)) {
            for (int i = 0; i < 200; i++) {
                statement.setInt(1, i);
                numbers(statement.executeQuery());
                assertThat(node()).isNotEqualTo("cache");
            }
        }
        assertThat(cacheable(everNew)).isEqualTo(CacheReason.DOES_NOT_PAY);
        hints = RoutingHints.cached().open();
    }

    // ---- many at once

    @Test
    void manyThatMissTheSameAtOnceAskOnce() throws Exception {
        int threads = 64;
        assertThat(cacheable("select n from item where id = 1")).isEqualTo(CacheReason.CACHEABLE);
        String sql = "select count(*) from item a, item b, item c, item d, item e, item f, item g, item h";
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<List<Integer>>> answers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            answers.add(pool.submit(() -> {
                start.await();
                try (RoutingHints.Scope scope = RoutingHints.cached().open()) {
                    return read(sql);
                }
            }));
        }
        start.countDown();
        for (Future<List<Integer>> answer : answers) {
            assertThat(answer.get()).containsExactly(390_625);
        }
        pool.shutdown();
        assertThat(routing.nodes()).filteredOn(node -> !node.equals("cache")).hasSize(1);
    }

    @Test
    void resultsThatMayBeOldAreKeptApart() throws SQLException {
        try (RoutingHints.Scope scope = RoutingHints.lagIgnore().open()) {
            read(READ);
            read(READ);
            assertThat(routing.last().reason()).isEqualTo(RouteReason.CACHE_LAG_IGNORED);
            update("update item set n = 55 where id = 1");
            assertThat(read(READ)).as("an old result will do").first().isEqualTo(10);
        }
        assertThat(read(READ)).first().isEqualTo(55);
    }
}

package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.routing.RoutingStatus.ExternalWritesStatus;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes of others, told by the database's log; counters would not tell, as they are passed over while there is a stream. */
@PostgresReplication(readers = 1)
class StreamedWritesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SUM = "select coalesce(sum(n), 0) from item";
    private static final String SLOTS = "select count(*) from pg_replication_slots where slot_name like 'lagwise%'";
    private static final String END_STREAMS =
            "select count(pg_terminate_backend(active_pid)) from pg_replication_slots where slot_name like 'lagwise%'";

    private static final String UNFINISHED = "select count(*) from pg_replication_slots"
            + " where slot_name like 'lagwise%' and confirmed_flush_lsn is null";

    private static final String RETAINED =
            "select coalesce(max(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), restart_lsn)), 0)"
                    + " from pg_replication_slots where slot_name like 'lagwise%'";

    private final PostgresCluster cluster;

    StreamedWritesIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void allow() throws SQLException {
        await().atMost(PATIENCE).until(() -> number(SLOTS) == 0);
        outside("alter role app replication");
        outside("drop publication if exists lagwise");
        outside("create publication lagwise for all tables");
    }

    private Connection admin() throws SQLException {
        return cluster.writer().adminDataSource().getConnection();
    }

    private void outside(String sql) throws SQLException {
        try (Connection connection = admin()) {
            execute(connection, sql);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = admin()) {
            return PostgresRouting.number(connection, sql);
        }
    }

    private PostgresRouting streaming() {
        return streaming(builder -> {});
    }

    private PostgresRouting streaming(Consumer<RoutingDataSourceBuilder> more) {
        return new PostgresRouting(cluster, pools -> {}, builder -> {
            builder.externalWrites(ExternalWrites.STREAM);
            more.accept(builder);
        });
    }

    private static ExternalWritesStatus status(PostgresRouting routing) {
        return Objects.requireNonNull(routing.dataSource().status().externalWrites());
    }

    private static void awaitState(PostgresRouting routing, String... words) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status(routing).state()).contains(words));
    }

    private void assertSeen(PostgresRouting routing, String write) throws SQLException {
        routing.awaitKept(SUM);
        outside(write);
        long now = number(SUM);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(routing.readKept(SUM)).as(write).isEqualTo(now));
    }

    @Test
    void eachKindOfWriteIsSeen() throws SQLException {
        try (PostgresRouting routing = streaming().prepare()) {
            awaitState(routing, "streaming");
            for (String write : new String[] {
                "insert into item values (100, 7)",
                "update item set n = n + 1",
                "delete from item where id = 2",
                "insert into item select i, i from generate_series(1000, 101000) i",
                "truncate item, other"
            }) {
                assertSeen(routing, write);
            }
            assertThat(status(routing).unreported()).isPositive();
        }
        await().atMost(PATIENCE).until(() -> number(SLOTS) == 0);
    }

    @Test
    void whatIsNotInTheLogIsSeenByTheCounters() throws SQLException {
        try (PostgresRouting routing = streaming().prepare()) {
            outside("create materialized view total as select sum(n) as n from item");
            outside("grant all on total to app");
            awaitState(routing, "streaming");
            String sum = "select n from total";
            routing.awaitKept(sum);
            long before = routing.readKept(sum);
            outside("update item set n = n + 1");
            outside("refresh materialized view total");
            await().atMost(PATIENCE).until(() -> routing.readKept(sum) > before);
        } finally {
            outside("drop materialized view total");
        }
    }

    @Test
    void aPartitionTellsOfItsTableAndANewTableOfEverything() throws SQLException {
        outside("create table if not exists log (id int primary key, n int) partition by range (id)");
        outside("create table if not exists log_1 partition of log for values from (0) to (100)");
        outside("grant all on log to app");
        try (PostgresRouting routing = streaming().prepare()) {
            awaitState(routing, "streaming");
            String sum = "select coalesce(sum(n), 0) from log";
            routing.awaitKept(sum);
            long before = routing.readKept(sum);
            outside("insert into log_1 select coalesce(max(id), 0) + 1, 5 from log_1");
            await().atMost(PATIENCE).until(() -> routing.readKept(sum) > before);
            routing.awaitKept(sum);
            outside("create table if not exists log_2 partition of log for values from (100) to (200)");
            outside("insert into log_2 values (100, 1000)");
            await().atMost(PATIENCE).until(() -> routing.readKept(sum) > before + 900);
        } finally {
            outside("drop table log");
        }
    }

    @Test
    void aWriteDuringAGapIsSeen() throws SQLException {
        try (PostgresRouting routing = streaming().prepare();
                Connection open = admin();
                Connection writing = admin()) {
            awaitState(routing, "streaming");
            routing.awaitKept(SUM);
            long before = routing.readKept(SUM);
            // Holds up the next slot, so that what is written meanwhile is in no stream.
            open.setAutoCommit(false);
            execute(open, "insert into other values (1, 1)");
            assertThat(number(END_STREAMS)).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> number(UNFINISHED) == 1);
            routing.awaitKept(SUM);
            // The session reports the first at once, and the second only when it has idled for long.
            execute(writing, "insert into keyed (n) values (1)");
            execute(writing, "update item set n = n + 1");
            open.rollback();
            await().atMost(PATIENCE).until(() -> routing.readKept(SUM) > before);
            awaitState(routing, "streaming");
        }
    }

    @Test
    void aCommitThatIsNotVisibleYetLeavesNoResultBehind() throws Exception {
        try (PostgresRouting routing = streaming().prepare();
                Connection writing = admin()) {
            awaitState(routing, "streaming");
            routing.awaitKept(SUM);
            long before = routing.readKept(SUM);
            // A reader shows it before the writer does.
            cluster.reader(0).pauseReplay();
            outside("alter system set synchronous_standby_names = 'nobody'");
            outside("select pg_reload_conf()");
            await().atMost(PATIENCE)
                    .until(() -> number("select count(*) from pg_settings where name = 'synchronous_standby_names'"
                                    + " and setting = 'nobody'")
                            == 1);
            execute(writing, "set synchronous_commit = on");
            int pid = (int) PostgresRouting.number(writing, "select pg_backend_pid()");
            Thread commit = new Thread(() -> {
                try {
                    execute(writing, "update item set n = n + 1");
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            commit.start();
            await().atMost(PATIENCE)
                    .until(() -> number("select count(*) from pg_stat_activity where wait_event = 'SyncRep' and pid = "
                                    + pid)
                            == 1);
            await().atMost(PATIENCE)
                    .until(() -> number("select count(*) from pg_replication_slots where slot_name like 'lagwise%'"
                                    + " and confirmed_flush_lsn >= pg_current_wal_insert_lsn() - 200")
                            == 1);
            // The writer is read now, which does not show the commit, though the stream has told of it.
            for (int i = 0; i < 20; i++) {
                assertThat(routing.readKept(SUM)).isEqualTo(before);
                assertThat(routing.last().node()).isNotEqualTo("reader");
            }
            outside("alter system reset synchronous_standby_names");
            outside("select pg_reload_conf()");
            commit.join(PATIENCE.toMillis());
            await().atMost(PATIENCE).until(() -> routing.readKept(SUM) == number(SUM));
            routing.awaitKept(SUM);
            assertThat(routing.readKept(SUM)).isGreaterThan(before);
        } finally {
            cluster.reader(0).resumeReplay();
            outside("alter system reset synchronous_standby_names");
            outside("select pg_reload_conf()");
        }
    }

    @Test
    void whoSharesRecordsSharesOneStreamAndAnotherTakesItOver() throws SQLException {
        SharedLedger shared = new SharedLedger();
        PostgresRouting one = streaming(builder -> builder.ledger(shared.as("one")));
        try (PostgresRouting two = streaming(builder -> builder.ledger(shared.as("two")))) {
            try {
                two.prepare();
                await().atMost(PATIENCE)
                        .until(() -> (status(one).state() + status(two).state())
                                .matches("streamingstandby|standbystreaming"));
                assertThat(number(SLOTS)).isEqualTo(1);
                assertSeen(one, "update item set n = n + 1");
                assertSeen(two, "update item set n = n + 1");
                // Both try anew, and one of them is the first.
                number(END_STREAMS);
                assertSeen(two, "update item set n = n + 1");
            } finally {
                one.close();
            }
            awaitState(two, "streaming");
            assertThat(number(SLOTS)).isEqualTo(1);
            assertSeen(two, "update item set n = n + 1");
        }
    }

    @Test
    void whoSharesNoRecordsHasAStreamOfItsOwn() throws SQLException {
        try (PostgresRouting one = streaming().prepare();
                PostgresRouting two = streaming()) {
            awaitState(one, "streaming");
            awaitState(two, "streaming");
            assertThat(number(SLOTS)).isEqualTo(2);
            assertSeen(one, "update item set n = n + 1");
            assertSeen(two, "update item set n = n + 1");
        }
    }

    @Test
    void aSlotThatHoldsBackTooMuchIsGivenUpAndBegunAnew() throws SQLException {
        try (PostgresRouting routing =
                        streaming(builder -> builder.streamRetaining(8 << 20)).prepare();
                Connection open = admin()) {
            awaitState(routing, "streaming");
            open.setAutoCommit(false);
            execute(open, "insert into other values (1, 1)");
            writeLog();
            awaitState(routing, "holds back", "8388608");
            // The next one waits for the transaction, and holds back the log from its own beginning on.
            await().atMost(PATIENCE).until(() -> number(UNFINISHED) == 1);
            assertThat(number(RETAINED)).isLessThan(8 << 20);
            writeLog();
            await().atMost(PATIENCE).until(() -> number(RETAINED) < 8 << 20);
            assertThat(routing.readKept(SUM)).isEqualTo(number(SUM));
            open.rollback();
            awaitState(routing, "streaming");
            assertSeen(routing, "update item set n = n + 1");
        }
    }

    private void writeLog() throws SQLException {
        outside("create table bulk as select i, repeat('x', 500) from generate_series(1, 40000) i");
        outside("drop table bulk");
    }

    @Test
    void whatIsMissingIsNamedAndDoesNotHarm() throws SQLException {
        outside("drop publication lagwise");
        outside("alter role app noreplication");
        try (PostgresRouting routing = streaming().prepare()) {
            awaitState(routing, "unavailable", "CREATE PUBLICATION lagwise FOR ALL TABLES");
            assertSeen(routing, "update item set n = n + 1");
            outside("create publication lagwise for all tables with (publish = 'insert')");
            awaitState(routing, "unavailable", "must publish insert, update");
            outside("alter publication lagwise set (publish = 'insert, update, delete, truncate')");
            awaitState(routing, "unavailable", "ALTER ROLE … REPLICATION");
            assertSeen(routing, "update item set n = n + 1");
            outside("alter role app replication");
            awaitState(routing, "streaming");
            assertSeen(routing, "update item set n = n + 1");
            outside("drop publication lagwise");
            awaitState(routing, "unavailable", "CREATE PUBLICATION");
            assertSeen(routing, "update item set n = n + 1");
        }
    }

    @Test
    void howLongAWriteOfOthersIsNotSeenAndWhatThatCostsOurs() throws SQLException {
        try (PostgresRouting routing = streaming().prepare();
                Connection writing = admin()) {
            awaitState(routing, "streaming");
            long[] micros = new long[100];
            for (int i = 0; i < micros.length; i++) {
                routing.awaitKept(SUM);
                long before = routing.readKept(SUM);
                execute(writing, "update item set n = n + 1 where id = 1");
                long committed = System.nanoTime();
                while (routing.readKept(SUM) == before) {
                    assertThat(Duration.ofNanos(System.nanoTime() - committed)).isLessThan(PATIENCE);
                }
                micros[i] = (System.nanoTime() - committed) / 1000;
            }
            Arrays.sort(micros);
            System.out.printf(
                    "outside commit until no old result is used: p50 %d us, p99 %d us, max %d us%n",
                    micros[micros.length / 2], micros[micros.length * 99 / 100], micros[micros.length - 1]);
            printMisses("streamed", routing);
        }
        try (PostgresRouting routing = new PostgresRouting(cluster).prepare()) {
            printMisses("not streamed", routing);
        }
    }

    /** Reads one result as fast as that goes, and writes its table ten times a second. */
    private static void printMisses(String how, PostgresRouting routing) throws SQLException {
        routing.awaitKept(SUM);
        long reads = 0;
        long misses = 0;
        int writes = 0;
        long begun = System.nanoTime();
        try (Connection writing = routing.connection()) {
            while (System.nanoTime() - begun < Duration.ofSeconds(5).toNanos()) {
                if (System.nanoTime() - begun > Duration.ofMillis(100L * writes).toNanos()) {
                    execute(writing, "update item set n = n + 1 where id = 1");
                    writes++;
                }
                routing.forgetDecisions();
                routing.readKept(SUM);
                reads++;
                misses += routing.last().node().equals("cache") ? 0 : 1;
            }
        }
        System.out.printf(
                "%s: %d reads, %d writes of ours, %.2f misses for each write%n",
                how, reads, writes, (double) misses / writes);
    }
}

package io.lagwise.routing;

import static io.lagwise.routing.StreamedCluster.END_STREAMS;
import static io.lagwise.routing.StreamedCluster.HOLDER;
import static io.lagwise.routing.StreamedCluster.PATIENCE;
import static io.lagwise.routing.StreamedCluster.SLOTS;
import static io.lagwise.routing.StreamedCluster.SUM;
import static io.lagwise.routing.StreamedCluster.awaitState;
import static io.lagwise.routing.StreamedCluster.execute;
import static io.lagwise.routing.StreamedCluster.state;
import static io.lagwise.routing.StreamedCluster.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes of others, told by the database's log; counters would not tell, as they are passed over while there is a stream. */
@PostgresReplication(readers = 1)
class StreamedWritesIT {
    private static final String UNFINISHED = "select count(*) from pg_replication_slots"
            + " where slot_name like 'lagwise%' and confirmed_flush_lsn is null";

    private static final String UNCONFIRMED =
            "select count(*) from pg_replication_slots where slot_name like 'lagwise%'"
                    + " and confirmed_flush_lsn < pg_current_wal_insert_lsn() - 200";

    private static final String RETAINED =
            "select coalesce(max(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), restart_lsn)), 0)"
                    + " from pg_replication_slots where slot_name like 'lagwise%'";

    private final PostgresCluster cluster;
    private final StreamedCluster streamed;

    StreamedWritesIT(PostgresCluster cluster) {
        this.cluster = cluster;
        this.streamed = new StreamedCluster(cluster);
    }

    @BeforeEach
    void allow() throws SQLException {
        streamed.allow();
    }

    @Test
    void eachKindOfWriteIsSeen() throws SQLException {
        try (PostgresRouting routing = streamed.streaming().prepare()) {
            awaitState(routing, "streaming");
            for (String write : new String[] {
                "insert into item values (100, 7)",
                "update item set n = n + 1",
                "delete from item where id = 2",
                "insert into item select i, i from generate_series(1000, 101000) i",
                "truncate item, other"
            }) {
                streamed.assertSeen(routing, write);
            }
            assertThat(status(routing).unreported()).isPositive();
        }
        await().atMost(PATIENCE).until(() -> streamed.number(SLOTS) == 0);
    }

    @Test
    void whatIsNotInTheLogIsSeenByTheCounters() throws SQLException {
        try (PostgresRouting routing = streamed.streaming().prepare()) {
            streamed.outside("create materialized view total as select sum(n) as n from item");
            streamed.outside("grant all on total to app");
            awaitState(routing, "streaming");
            String sum = "select n from total";
            routing.awaitKept(sum);
            long before = routing.readKept(sum);
            streamed.outside("update item set n = n + 1");
            streamed.outside("refresh materialized view total");
            await().atMost(PATIENCE).until(() -> routing.readKept(sum) > before);
        } finally {
            streamed.outside("drop materialized view total");
        }
    }

    @Test
    void aPartitionTellsOfItsTableAndANewTableOfEverything() throws SQLException {
        streamed.outside("create table if not exists log (id int primary key, n int) partition by range (id)");
        streamed.outside("create table if not exists log_1 partition of log for values from (0) to (100)");
        streamed.outside("grant all on log to app");
        try (PostgresRouting routing = streamed.streaming().prepare()) {
            awaitState(routing, "streaming");
            String sum = "select coalesce(sum(n), 0) from log";
            routing.awaitKept(sum);
            long before = routing.readKept(sum);
            streamed.outside("insert into log_1 select coalesce(max(id), 0) + 1, 5 from log_1");
            await().atMost(PATIENCE).until(() -> routing.readKept(sum) > before);
            assertThat(status(routing).unreported()).as("the partition's").isPositive();
            routing.awaitKept(sum);
            streamed.outside("create table if not exists log_2 partition of log for values from (100) to (200)");
            streamed.outside("insert into log_2 values (100, 1000)");
            await().atMost(PATIENCE).until(() -> routing.readKept(sum) > before + 900);
        } finally {
            streamed.outside("drop table log");
        }
    }

    @Test
    void aQuietStreamGoesOnWhateverTimeoutItsAddressHas() throws SQLException {
        Consumer<HikariConfig> hasty = pool ->
                pool.setJdbcUrl(pool.getJdbcUrl() + (pool.getJdbcUrl().contains("?") ? "&" : "?") + "socketTimeout=1");
        try (Connection open = streamed.admin()) {
            begin(open);
            try (PostgresRouting routing =
                    streamed.streaming(hasty, builder -> {}).prepare()) {
                await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> state(routing)
                        .equals("starting"));
                open.rollback();
                awaitState(routing, "streaming");
                streamed.assertSeen(routing, "update item set n = n + 1");
                long holder = streamed.number(HOLDER);
                await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> streamed.number(HOLDER) == holder);
                assertThat(state(routing)).isEqualTo("streaming");
                assertThat(streamed.number(UNCONFIRMED)).isZero();
                streamed.assertSeen(routing, "update item set n = n + 1");
            }
        }
    }

    @Test
    void aWriteDuringAGapIsSeen() throws SQLException {
        try (PostgresRouting routing = streamed.streaming().prepare();
                Connection open = streamed.admin();
                Connection writing = streamed.admin()) {
            awaitState(routing, "streaming");
            routing.awaitKept(SUM);
            long before = routing.readKept(SUM);
            // Holds up the next slot, so that what is written meanwhile is in no stream.
            open.setAutoCommit(false);
            execute(open, "insert into other values (1, 1)");
            assertThat(streamed.number(END_STREAMS)).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> streamed.number(UNFINISHED) == 1);
            routing.awaitKept(SUM);
            // The session reports the first at once, and the second only when it has idled for long.
            execute(writing, "insert into keyed (n) values (1)");
            execute(writing, "update item set n = n + 1");
            open.rollback();
            await().atMost(PATIENCE).until(() -> routing.readKept(SUM) > before);
            awaitState(routing, "streaming");
        }
    }

    /** It began after the server had begun to look for where a slot can begin, which therefore does not wait for it. */
    @Test
    void aCommitThatIsLoggedBeforeAStreamBeginsAndVisibleAfterwardsIsSeen() throws Exception {
        try (Connection first = streamed.admin();
                Connection second = streamed.admin()) {
            long one = begin(first);
            try (PostgresRouting routing = streamed.streaming().prepare()) {
                awaitSlotWaitingFor(one);
                long two = begin(second);
                first.rollback();
                awaitSlotWaitingFor(two);
                cluster.reader(0).pauseReplay();
                Thread commit = streamed.commitUnseen("update item set n = n + 1");
                second.rollback();
                await().atMost(PATIENCE).until(() -> streamed.number(SLOTS) == 1 && streamed.number(UNFINISHED) == 0);
                await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> state(routing)
                        .equals("starting"));
                routing.awaitKept(SUM);
                long before = routing.readKept(SUM);
                streamed.showCommits();
                commit.join(PATIENCE.toMillis());
                await().atMost(PATIENCE).until(() -> routing.readKept(SUM) > before);
                awaitState(routing, "streaming");
            }
        } finally {
            cluster.reader(0).resumeReplay();
            streamed.showCommits();
        }
    }

    private static long begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        return PostgresRouting.number(connection, "select txid_current()");
    }

    private void awaitSlotWaitingFor(long transaction) {
        await().atMost(PATIENCE)
                .until(() ->
                        streamed.number("select count(*) from pg_locks where not granted and transactionid::text = '"
                                        + transaction + "'")
                                == 1);
    }

    @Test
    void aCommitThatIsNotVisibleYetLeavesNoResultBehind() throws Exception {
        try (PostgresRouting routing = streamed.streaming().prepare()) {
            awaitState(routing, "streaming");
            routing.awaitKept(SUM);
            long before = routing.readKept(SUM);
            // A reader shows it before the writer does.
            cluster.reader(0).pauseReplay();
            Thread commit = streamed.commitUnseen("update item set n = n + 1");
            await().atMost(PATIENCE)
                    .until(() ->
                            streamed.number("select count(*) from pg_replication_slots where slot_name like 'lagwise%'"
                                            + " and confirmed_flush_lsn >= pg_current_wal_insert_lsn() - 200")
                                    == 1);
            // The writer is read now, which does not show the commit, though the stream has told of it.
            for (int i = 0; i < 20; i++) {
                assertThat(routing.readKept(SUM)).isEqualTo(before);
                assertThat(routing.last().node()).isNotEqualTo("reader");
            }
            streamed.showCommits();
            commit.join(PATIENCE.toMillis());
            await().atMost(PATIENCE).until(() -> routing.readKept(SUM) == streamed.number(SUM));
            routing.awaitKept(SUM);
            assertThat(routing.readKept(SUM)).isGreaterThan(before);
        } finally {
            cluster.reader(0).resumeReplay();
            streamed.showCommits();
        }
    }

    @Test
    void whoSharesRecordsSharesOneStreamAndAnotherTakesItOver() throws SQLException {
        SharedLedger shared = new SharedLedger();
        PostgresRouting one = streamed.streaming(builder -> builder.ledger(shared.as("one")));
        try (PostgresRouting two = streamed.streaming(builder -> builder.ledger(shared.as("two")))) {
            try {
                two.prepare();
                await().atMost(PATIENCE)
                        .until(() -> (status(one).state() + status(two).state())
                                .matches("streamingstandby|standbystreaming"));
                assertThat(streamed.number(SLOTS)).isEqualTo(1);
                streamed.assertSeen(one, "update item set n = n + 1");
                streamed.assertSeen(two, "update item set n = n + 1");
                // Both try anew, and one of them is the first.
                streamed.number(END_STREAMS);
                streamed.assertSeen(two, "update item set n = n + 1");
            } finally {
                one.close();
            }
            awaitState(two, "streaming");
            assertThat(streamed.number(SLOTS)).isEqualTo(1);
            streamed.assertSeen(two, "update item set n = n + 1");
        }
    }

    @Test
    void whoSharesNoRecordsHasAStreamOfItsOwn() throws SQLException {
        try (PostgresRouting one = streamed.streaming().prepare();
                PostgresRouting two = streamed.streaming()) {
            awaitState(one, "streaming");
            awaitState(two, "streaming");
            assertThat(streamed.number(SLOTS)).isEqualTo(2);
            streamed.assertSeen(one, "update item set n = n + 1");
            streamed.assertSeen(two, "update item set n = n + 1");
        }
    }

    @Test
    void aSlotThatHoldsBackTooMuchIsGivenUpAndBegunAnew() throws SQLException {
        try (PostgresRouting routing = streamed.streaming(builder -> builder.streamRetaining(8 << 20))
                        .prepare();
                Connection open = streamed.admin()) {
            awaitState(routing, "streaming");
            open.setAutoCommit(false);
            execute(open, "insert into other values (1, 1)");
            writeLog();
            awaitState(routing, "holds back", "8388608");
            // The next one waits for the transaction, and holds back the log from its own beginning on.
            await().atMost(PATIENCE).until(() -> streamed.number(UNFINISHED) == 1);
            assertThat(streamed.number(RETAINED)).isLessThan(8 << 20);
            writeLog();
            await().atMost(PATIENCE).until(() -> streamed.number(RETAINED) < 8 << 20);
            assertThat(routing.readKept(SUM)).isEqualTo(streamed.number(SUM));
            open.rollback();
            awaitState(routing, "streaming");
            streamed.assertSeen(routing, "update item set n = n + 1");
        }
    }

    private void writeLog() throws SQLException {
        streamed.outside("create table bulk as select i, repeat('x', 500) from generate_series(1, 40000) i");
        streamed.outside("drop table bulk");
    }

    @Test
    void whatIsMissingIsNamedAndDoesNotHarm() throws SQLException {
        streamed.outside("drop publication lagwise");
        streamed.outside("alter role app noreplication");
        try (PostgresRouting routing = streamed.streaming().prepare()) {
            awaitState(routing, "unavailable", "CREATE PUBLICATION lagwise FOR ALL TABLES");
            streamed.assertSeen(routing, "update item set n = n + 1");
            streamed.outside("create publication lagwise for all tables with (publish = 'insert')");
            awaitState(routing, "unavailable", "must publish insert, update");
            streamed.outside("alter publication lagwise set (publish = 'insert, update, delete, truncate')");
            awaitState(routing, "unavailable", "ALTER ROLE … REPLICATION");
            streamed.assertSeen(routing, "update item set n = n + 1");
            streamed.outside("alter role app replication");
            awaitState(routing, "streaming");
            streamed.assertSeen(routing, "update item set n = n + 1");
            streamed.outside("drop publication lagwise");
            awaitState(routing, "unavailable", "CREATE PUBLICATION");
            streamed.assertSeen(routing, "update item set n = n + 1");
        }
    }

    @Test
    void howLongAWriteOfOthersIsNotSeenAndWhatThatCostsOurs() throws SQLException {
        try (PostgresRouting routing = streamed.streaming().prepare();
                Connection writing = streamed.admin()) {
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

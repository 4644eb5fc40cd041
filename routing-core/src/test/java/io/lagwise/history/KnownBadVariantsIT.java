package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.spi.ReaderLag;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * That the checker of {@link ConsistencyIT} finds each known-bad variant, by the shortest schedule that shows it.
 *
 * <p>The same schedules find nothing in the right code.
 */
@PostgresReplication(
        readers = 2,
        settings = {"synchronous_commit=off", RoutedCluster.NOTHING_WRITTEN_BETWEEN_CHECKPOINTS})
@Isolated
class KnownBadVariantsIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int MOST_ATTEMPTS = 10;

    private final PostgresCluster cluster;
    private RoutedCluster routed;
    private History history;
    private Client client;

    KnownBadVariantsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @ParameterizedTest
    @EnumSource
    void theCheckerFinds(KnownBad variant) throws SQLException {
        // Whether a read falls between two steps of the broken code is a matter of time: a schedule is tried again.
        for (int attempt = 1; attempt == 1 || (attempt <= MOST_ATTEMPTS && !found()); attempt++) {
            run(variant, variant::in);
        }
        assertThat(history.violations()).as("violations found").isNotEmpty();
        System.out.println(variant + ": " + history.violations().get(0));
    }

    @ParameterizedTest
    @EnumSource
    void theRightCodeWithstandsTheScheduleOf(KnownBad variant) throws SQLException {
        run(variant, variant::right);
        assertThat(history.violations()).isEmpty();
        assertThat(history.reads()).as("reads checked").isPositive();
    }

    private void run(KnownBad variant, UnaryOperator<RoutingDataSourceBuilder> settings) throws SQLException {
        try (RoutedCluster opened = new RoutedCluster(cluster, settings)) {
            routed = opened;
            routed.createTables();
            history = new History();
            client = new Client(routed, history, new Traffic(), new Random(1), Client.Mode.READS_AND_WRITES);
            Recovery.await(routed, "before anything is written");
            switch (variant) {
                case WRITTEN_POSITION -> commitsAreAcknowledgedBeforeTheLogIsWritten();
                case NO_TOKEN -> readsFollowCommitsAtOnce();
                case BOUND_BY_START_TIME -> aReaderFallsBackAsItsBackendCrashes();
                case NO_EPOCH -> aReaderIsPromotedAndTheFormerWriterIsAsked();
                case DROPPED_POSITION -> oneReaderCatchesUpAndTheOtherDoesNot();
                case UNVERSIONED_PUT -> aKeptResultIsWritten();
                case BUMP_BEFORE -> aResultIsReadWhileACommitWaits();
                case BUMP_AFTER -> keptResultsAreReadAtOnceAfterCommits();
                case EARLIER_POSITION -> anotherInstanceWrites(settings);
                case ROUND_ROBIN -> readersStandStill();
            }
        }
    }

    private static int counterOf(int table) {
        return History.counter(table, 0);
    }

    private RouteReason reason(int counter) {
        return routed.routing()
                .explain("select n from " + History.tableOf(counter))
                .decision()
                .reason();
    }

    private void awaitCovered(int counter) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> reason(counter) != RouteReason.WRITE_IN_FLIGHT);
    }

    private void awaitOnReader(int counter) {
        await().until(() -> reason(counter) == RouteReason.READER_FRESH);
    }

    private boolean found() {
        return history.violationCount() > 0;
    }

    /** The log writer sleeps, so that only what fills a page is written out soon. */
    private void commitsAreAcknowledgedBeforeTheLogIsWritten() throws SQLException {
        set("wal_writer_delay = '10s'");
        try {
            for (int table = 0; table < History.TABLES && !found(); table++) {
                client.write(counterOf(table));
                awaitCovered(counterOf(table));
                client.read(counterOf(table));
            }
        } finally {
            reset("wal_writer_delay");
        }
    }

    private void set(String setting) throws SQLException {
        RoutedCluster.execute(cluster.writer().adminDataSource(), "alter system set " + setting);
        RoutedCluster.ask(cluster.writer(), "select count(pg_reload_conf())");
    }

    private void reset(String setting) throws SQLException {
        RoutedCluster.execute(cluster.writer().adminDataSource(), "alter system reset " + setting);
        RoutedCluster.ask(cluster.writer(), "select count(pg_reload_conf())");
    }

    private void readsFollowCommitsAtOnce() throws SQLException {
        cluster.readers().forEach(PostgresNode::pauseReplay);
        try {
            for (int table = 0; table < History.TABLES && !found(); table++) {
                client.write(counterOf(table));
                client.read(counterOf(table));
            }
        } finally {
            cluster.readers().forEach(PostgresNode::resumeReplay);
        }
    }

    /**
     * A reader opens at the last checkpoint that it has made its own, and the delay keeps it there.
     *
     * <p>The other reader lacks the write, so that only the one that falls back can answer.
     */
    private void aReaderFallsBackAsItsBackendCrashes() throws SQLException {
        PostgresNode falling = cluster.reader(0);
        PostgresNode other = cluster.reader(1);
        other.pauseReplay();
        try {
            client.write(counterOf(0));
            awaitOnReader(counterOf(0));
            client.read(counterOf(0));
            falling.applyDelay(LONG);
            falling.killBackend((int) RoutedCluster.ask(
                    falling,
                    "select pid from pg_stat_activity"
                            + " where usename = 'app' and backend_type = 'client backend' limit 1"));
            assertThat(RoutedCluster.counters(falling)[counterOf(0)])
                    .as("what the reader shows after the crash")
                    .isLessThan(history.before().of(counterOf(0)));
            for (int i = 0; i < 30 && !found(); i++) {
                client.read(counterOf(0));
                awaitPollOf(falling);
            }
        } finally {
            falling.applyDelay(Duration.ZERO);
            other.resumeReplay();
        }
    }

    /** Waits until the node has answered a poll that began later, and is no longer under suspicion. */
    private void awaitPollOf(PostgresNode node) {
        int index = cluster.nodes().indexOf(node);
        long now = System.nanoTime();
        await().pollInterval(Duration.ofMillis(2)).until(() -> {
            ReaderLag lag = routed.routing().lagMonitor().latest().readers().get(index);
            return lag.state() == ReaderLag.State.AVAILABLE && lag.polledAt() - now > 0;
        });
    }

    /** The former writer lives on and tells where it ended, which the other reader has left far behind. */
    private void aReaderIsPromotedAndTheFormerWriterIsAsked() throws SQLException {
        PostgresNode former = cluster.writer();
        PostgresNode promoted = cluster.reader(0);
        PostgresNode other = cluster.reader(1);
        former.demote();
        cluster.awaitReaders();
        cluster.promote(promoted);
        RoutedCluster.ask(promoted, "select length(pg_logical_emit_message(false, 'far', repeat('x', 100000))::text)");
        cluster.awaitReaders();
        other.pauseReplay();
        try {
            routed.writerPool().getHikariPoolMXBean().softEvictConnections();
            for (int table = 0; table < History.TABLES && !found(); table++) {
                client.write(counterOf(table));
                awaitCovered(counterOf(table));
                client.read(counterOf(table));
            }
        } finally {
            other.resumeReplay();
            cluster.rebuild(former);
        }
    }

    private void oneReaderCatchesUpAndTheOtherDoesNot() throws SQLException {
        cluster.reader(1).pauseReplay();
        try {
            client.write(counterOf(0));
            awaitOnReader(counterOf(0));
            for (int i = 0; i < 100 && !found(); i++) {
                client.read(counterOf(0));
            }
        } finally {
            cluster.reader(1).resumeReplay();
        }
    }

    private void readKept(int counter) throws SQLException {
        readKept(client, counter);
    }

    /** Reads in each of the ways that have results of their own. */
    private void readKept(Client reader, int counter) throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open()) {
            for (int i = 0; i < 8; i++) {
                reader.read(counter);
            }
        }
    }

    private void aKeptResultIsWritten() throws SQLException {
        readKept(counterOf(0));
        client.write(counterOf(0));
        awaitCovered(counterOf(0));
        readKept(counterOf(0));
    }

    /** The row is locked from outside, so that the commit is begun and its effect not there. */
    private void aResultIsReadWhileACommitWaits() throws SQLException {
        Thread writing = new Thread(() -> {
            try {
                client.write(counterOf(0));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        try (Connection blocking = cluster.writer().adminDataSource().getConnection()) {
            blocking.setAutoCommit(false);
            RoutedCluster.execute(blocking, "select n from " + History.tableOf(counterOf(0)) + " for update");
            writing.start();
            await().until(() -> routed.routing().status().ledger().inFlight() > 0);
            Client other = new Client(routed, history, new Traffic(), new Random(2), Client.Mode.READS);
            readKept(other, counterOf(0));
            blocking.rollback();
        }
        await().until(() -> !writing.isAlive());
        readKept(counterOf(0));
    }

    private void keptResultsAreReadAtOnceAfterCommits() throws SQLException {
        for (int table = 0; table < History.TABLES && !found(); table++) {
            readKept(counterOf(table));
            client.write(counterOf(table));
            readKept(counterOf(table));
        }
    }

    private void anotherInstanceWrites(UnaryOperator<RoutingDataSourceBuilder> settings) throws SQLException {
        try (RoutedCluster another = routed.another(settings)) {
            Client writing = new Client(another, history, new Traffic(), new Random(2), Client.Mode.READS_AND_WRITES);
            client.read(counterOf(0));
            cluster.readers().forEach(PostgresNode::pauseReplay);
            try {
                writing.write(counterOf(0));
                client.read(counterOf(0));
            } finally {
                cluster.readers().forEach(PostgresNode::resumeReplay);
            }
        }
    }

    private void readersStandStill() throws SQLException {
        cluster.readers().forEach(PostgresNode::pauseReplay);
        try {
            client.write(counterOf(0));
            client.read(counterOf(0));
        } finally {
            cluster.readers().forEach(PostgresNode::resumeReplay);
        }
    }
}

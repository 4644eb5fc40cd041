package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.redis.BrokenSharing;
import io.lagwise.redis.RedisLedger;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Schedules of two instances that share records, each of which finds one rule missing, and nothing where none is.
 *
 * <p>One instance writes while the other reads from a reader that stands still, and from its cache.
 */
@PostgresReplication(readers = 1)
class SharedRecordsIT {
    private static final int COUNTER = 0;
    private static final int NEIGHBOUR = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String WAITING =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and usename = 'app'";

    private final PostgresCluster cluster;
    private History history;
    private RedisServer redis;
    private Instance writing;
    private Instance reading;
    private Client writer;
    private Client reader;

    SharedRecordsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @ParameterizedTest
    @EnumSource
    void theCheckerFinds(BrokenSharing rule) throws Exception {
        run(rule, rule::over);
        assertThat(history.violations()).as("violations found").isNotEmpty();
        System.out.println(rule + ": " + history.violations().get(0));
    }

    @ParameterizedTest
    @EnumSource
    void theRightRulesWithstandTheScheduleOf(BrokenSharing rule) throws Exception {
        run(rule, RedisLedger::over);
        assertThat(history.violations()).isEmpty();
        assertThat(history.reads()).as("reads checked").isPositive();
    }

    private void run(BrokenSharing rule, Instance.Rules rules) throws Exception {
        history = new History();
        // By neither instance: who has changed the schema tells of that again each time it comes back.
        try (RoutedCluster earlier = new RoutedCluster(cluster, builder -> builder)) {
            earlier.createTables();
        }
        try (RedisServer primary = RedisServer.builder().start();
                RedisServer copy = copyOf(primary);
                Instance one = Instance.patient(cluster, primary, rules);
                Instance two = Instance.another(one, primary, rules)) {
            redis = primary;
            writing = one;
            reading = two;
            writer = client(one);
            reader = client(two);
            awaitState(one, "available");
            awaitState(two, "available");
            awaitHit();
            cluster.readers().forEach(PostgresNode::pauseReplay);
            try {
                switch (rule) {
                    case NO_TOKEN, TOKEN_NOT_CHECKED -> aCommitIsAcknowledgedAndNotRecorded();
                    case OLD_VERSION -> aCommitIsRecorded();
                    case FAILOVER_NOT_NOTICED -> aFailoverLosesAMark(copy);
                    case NEWCOMER_BELIEVES -> aNewcomerReadsAfterAFailover(copy, rules);
                    case VERSIONS_NOT_RENEWED -> aFailoverLosesAVersion(copy);
                    case SERVER_NOT_ASKED -> redisIsEmptiedWhileTheWritingInstanceIsCutOff();
                    case SILENCE_NOT_NOTICED -> theWritingInstanceIsCutOff();
                    case BACK_WITHOUT_TOKENS -> theWritingInstanceComesBackWithACommitUnderWay();
                    case SIGNED_OFF_WITHOUT_FLOOR -> theWritingInstanceDiesUnseen();
                    case RECORD_MADE_BY_COMMIT -> aRecordIsLostAndItsTableWritten();
                    case RECORD_MADE_AT_ONCE -> aRecordIsLost();
                }
            } finally {
                cluster.readers().forEach(PostgresNode::resumeReplay);
            }
        }
    }

    private static RedisServer copyOf(RedisServer primary) {
        RedisServer copy = RedisServer.builder().start();
        copy.follow(primary);
        return copy;
    }

    private Client client(Instance instance) {
        return new Client(instance.routed(), history, new Traffic(), new Random(1), Client.Mode.READS_AND_WRITES);
    }

    // ---- what happens

    private void aCommitIsAcknowledgedAndNotRecorded() throws Exception {
        try (Commit commit = new Commit(COUNTER)) {
            writing.link().stall();
            commit.land();
            read();
        } finally {
            writing.link().restore();
        }
    }

    private void aCommitIsRecorded() throws SQLException {
        writer.write(COUNTER);
        await().atMost(PATIENCE).until(() -> reason(reading) != RouteReason.WRITE_IN_FLIGHT);
        read();
    }

    private void aFailoverLosesAMark(RedisServer copy) throws Exception {
        copy.promote();
        try (Commit commit = new Commit(COUNTER)) {
            writing.link().stall();
            reading.link().redirect(copy);
            awaitAnswer();
            commit.land();
            read();
        } finally {
            writing.link().restore();
        }
    }

    private void aNewcomerReadsAfterAFailover(RedisServer copy, Instance.Rules rules) throws Exception {
        copy.promote();
        try (Commit commit = new Commit(COUNTER)) {
            writing.link().stall();
            try (Instance newcomer = Instance.another(writing, copy, rules)) {
                await().atMost(PATIENCE).until(() -> !newcomer.ledger().state().equals("unreachable"));
                reader = client(newcomer);
                commit.land();
                read();
            }
        } finally {
            writing.link().restore();
        }
    }

    private void aFailoverLosesAVersion(RedisServer copy) throws SQLException {
        copy.promote();
        writer.write(COUNTER);
        await().atMost(PATIENCE).until(() -> reason(reading) != RouteReason.WRITE_IN_FLIGHT);
        writing.link().redirect(copy);
        reading.link().redirect(copy);
        await().atMost(PATIENCE).until(() -> !reading.ledger().state().equals("available"));
        awaitState(reading, "available");
        read();
    }

    private void redisIsEmptiedWhileTheWritingInstanceIsCutOff() throws Exception {
        writing.link().cut();
        redis.command("FLUSHALL");
        await().atMost(PATIENCE).until(() -> !reading.ledger().state().equals("recovering"));
        settle();
        writer.write(COUNTER);
        read();
    }

    /** Gives missing records the time in which they are made, where they are. */
    private void settle() {
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        await().atMost(PATIENCE).until(() -> {
            readAny();
            return System.nanoTime() - end > 0;
        });
    }

    private void readAny() throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open()) {
            reader.read(COUNTER);
        }
    }

    private void theWritingInstanceIsCutOff() throws SQLException {
        writing.link().cut();
        writer.write(COUNTER);
        read();
    }

    private void theWritingInstanceComesBackWithACommitUnderWay() throws Exception {
        writing.link().cut();
        try (Commit commit = new Commit(COUNTER)) {
            writing.link().restore();
            awaitState(writing, "available");
            awaitState(reading, "available");
            writing.link().stall();
            commit.land();
            read();
        } finally {
            writing.link().restore();
        }
    }

    private void theWritingInstanceDiesUnseen() throws SQLException {
        writing.link().cut();
        writer.write(COUNTER);
        writing.routed().close();
        awaitState(reading, "instance-missing");
        awaitState(reading, "available");
        read();
    }

    private void aRecordIsLostAndItsTableWritten() throws Exception {
        try (Commit commit = new Commit(COUNTER)) {
            loseRecord();
            writer.write(NEIGHBOUR);
            // The reader has the second write, which is committed, and not the first.
            cluster.readers().forEach(PostgresNode::resumeReplay);
            cluster.awaitReaders();
            cluster.readers().forEach(PostgresNode::pauseReplay);
            writing.link().stall();
            commit.land();
            read();
        } finally {
            writing.link().restore();
        }
    }

    private void aRecordIsLost() throws Exception {
        try (Commit commit = new Commit(COUNTER)) {
            writing.link().stall();
            loseRecord();
            readAny();
            // Less than what makes others take the writing instance for silent.
            long end = System.nanoTime() + Duration.ofMillis(200).toNanos();
            await().atMost(PATIENCE).until(() -> isThere() || System.nanoTime() - end > 0);
            commit.land();
            read();
        } finally {
            writing.link().restore();
        }
    }

    private boolean isThere() {
        return records().stream().anyMatch(key -> Long.valueOf(1).equals(redis.command("HEXISTS", key, "ver")));
    }

    private List<String> records() {
        Object keys = redis.command("KEYS", "*" + History.tableOf(COUNTER));
        return ((List<?>) keys).stream().map(Object::toString).toList();
    }

    private void loseRecord() {
        records().forEach(key -> redis.command("DEL", key));
    }

    /** A commit of the writing instance that has its mark and waits for a row. */
    private final class Commit implements AutoCloseable {
        private final Connection blocking;
        private final Thread thread;

        Commit(int counter) throws SQLException {
            blocking = cluster.writer().adminDataSource().getConnection();
            blocking.setAutoCommit(false);
            RoutedCluster.execute(
                    blocking,
                    "select n from " + History.tableOf(counter) + " where id = " + History.key(counter)
                            + " for update");
            thread = new Thread(() -> {
                try {
                    writer.write(counter);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            await().atMost(PATIENCE).until(() -> RoutedCluster.ask(cluster.writer(), WAITING) > 0);
        }

        /** Returns once it was acknowledged to its caller. */
        void land() throws SQLException {
            blocking.rollback();
            await().atMost(PATIENCE).until(() -> !thread.isAlive());
        }

        @Override
        public void close() throws SQLException {
            blocking.close();
        }
    }

    // ---- reading

    /** Reads in every way, with and without results that were kept. */
    private void read() throws SQLException {
        for (int i = 0; i < 12; i++) {
            reader.read(COUNTER);
            readAny();
        }
    }

    private static RouteReason reason(Instance instance) {
        return instance.routed()
                .routing()
                .explain("select n from " + History.tableOf(COUNTER))
                .decision()
                .reason();
    }

    private static void awaitState(Instance instance, String state) {
        await().atMost(PATIENCE).until(() -> instance.ledger().state().equals(state));
    }

    /** Waits until the reading instance's client has found its way to another server. */
    private void awaitAnswer() {
        await().atMost(PATIENCE).until(() -> {
            reason(reading);
            return !reading.ledger().state().equals("unreachable");
        });
    }

    /** Waits until reads are answered by the reader, and then from results kept in each of the ways that have their own. */
    private void awaitHit() {
        await().atMost(PATIENCE).until(() -> reason(reading) == RouteReason.READER_FRESH);
        for (int i = 0; i < 12; i++) {
            long before = reading.routed().routing().status().cache().hits();
            await().atMost(PATIENCE).until(() -> {
                readAny();
                return reading.routed().routing().status().cache().hits() > before;
            });
        }
    }
}

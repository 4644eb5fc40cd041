package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.redis.BrokenSharing;
import io.lagwise.redis.Interlude;
import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import io.lagwise.redis.Relinked;
import io.lagwise.spi.TableLedger;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.RedisServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.api.RedissonClient;

/**
 * Schedules of two instances that share records, each of which finds one rule missing, and nothing where none is.
 *
 * <p>One instance writes while the other reads from a reader that stands still, and from its cache.
 */
class SharedRecordsIT {
    /** Schedules mostly wait, so that some run at the same time, each with servers of its own. */
    private static final int AT_ONCE = 5;

    private static final BlockingQueue<PostgresCluster> CLUSTERS = new LinkedBlockingQueue<>();
    private static final int COUNTER = 0;
    private static final int NEIGHBOUR = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONG_LEASE = Duration.ofSeconds(3);
    private static final int MOST_ATTEMPTS = 10;
    private static final String WAITING =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and usename = 'app'";

    private PostgresCluster cluster;
    private final Interlude interlude = new Interlude();
    private History history;
    private RedisServer redis;
    private Instance writing;
    private Instance reading;
    private Client writer;
    private Client reader;

    @BeforeAll
    static void startClusters() {
        for (int i = 0; i < AT_ONCE; i++) {
            CLUSTERS.add(PostgresCluster.builder().readers(1).start());
        }
    }

    @AfterAll
    static void stopClusters() {
        CLUSTERS.forEach(PostgresCluster::close);
    }

    @BeforeEach
    void takeCluster() throws InterruptedException {
        cluster = CLUSTERS.take();
    }

    @AfterEach
    void giveClusterBack() {
        CLUSTERS.add(cluster);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @EnumSource
    void theCheckerFinds(BrokenSharing rule) throws Exception {
        // Whether a read falls before the end of a lease is a matter of time: a schedule is tried again.
        for (int attempt = 1; attempt == 1 || (attempt <= MOST_ATTEMPTS && history.violationCount() == 0); attempt++) {
            run(rule, broken(rule));
        }
        assertThat(history.violations()).as("violations found").isNotEmpty();
        System.out.println(rule + ": " + history.violations().get(0));
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @EnumSource
    void theRightRulesWithstandTheScheduleOf(BrokenSharing rule) throws Exception {
        run(rule, right(rule));
        assertThat(history.violations()).isEmpty();
        assertThat(history.reads()).as("reads checked").isPositive();
    }

    private Instance.Rules broken(BrokenSharing rule) {
        return new Instance.Rules() {
            @Override
            public RedisLedger apply(RedissonClient client, RedisSettings settings) {
                return rule.over(client, lasting(settings, leaseFor(rule)));
            }

            @Override
            public TableLedger relinked(RedisLedger ledger) {
                return rule.relinked(ledger, interlude);
            }
        };
    }

    private Instance.Rules right(BrokenSharing rule) {
        return new Instance.Rules() {
            @Override
            public RedisLedger apply(RedissonClient client, RedisSettings settings) {
                return RedisLedger.over(client, lasting(settings, leaseFor(rule)));
            }

            @Override
            public TableLedger relinked(RedisLedger ledger) {
                return new Relinked(ledger, interlude::inOrder);
            }
        };
    }

    private static RedisSettings lasting(RedisSettings settings, Duration lease) {
        return new RedisSettings(settings.budget(), lease, settings.onOutage(), settings.results(), null);
    }

    /** Where much has to happen within a lease there must be time for it. */
    private static Duration leaseFor(BrokenSharing rule) {
        return switch (rule) {
            case RECOVERED_AT_ONCE, JANITOR_BY_LEASE, RECORD_MADE_TOO_SOON -> LONG_LEASE;
            default -> Instance.LEASE;
        };
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
                    case NO_TOKEN, TOKEN_NOT_CHECKED, MARK_NOT_NUMBERED -> aCommitIsAcknowledgedAndNotRecorded();
                    case OLD_VERSION -> aCommitIsRecorded();
                    case FAILOVER_NOT_NOTICED, SAME_ELSEWHERE -> aFailoverLosesAMark(copy);
                    case NEWCOMER_BELIEVES -> aNewcomerReadsAfterAFailover(copy, rules);
                    case VERSIONS_NOT_RENEWED -> aFailoverLosesAVersion(copy);
                    case SERVER_NOT_ASKED -> redisIsEmptiedWhileTheWritingInstanceIsCutOff();
                    case SILENCE_NOT_NOTICED, SILENCE_OVERLOOKED -> theWritingInstanceIsCutOff();
                    case BACK_WITHOUT_TOKENS -> theWritingInstanceComesBackWithACommitUnderWay();
                    case SIGNED_OFF_WITHOUT_FLOOR -> theWritingInstanceDiesUnseen();
                    case RECORD_MADE_BY_COMMIT -> aRecordIsLostAndItsTableWritten();
                    case RECORD_MADE_AT_ONCE -> aRecordIsLost(Duration.ofMillis(200));
                    case RECORD_MADE_TOO_SOON -> aRecordIsLost(LONG_LEASE.dividedBy(2));
                    case PART_OF_A_RECORD_BELIEVED -> aRecordIsLostAndThenWritten();
                    case UNWATCHED_VERSIONS -> nobodyIsThereForAWhile(rules);
                    case LATE_SIGN_OFF -> aSignOffArrivesLate(rules);
                    case EPOCH_OF_ONES_OWN -> anInstanceKnowsOnlyTheFormerWriter(rules);
                    case FLOOR_SET_BACK -> anInstanceBringsAnOlderFloorLate(rules);
                    case COMMIT_WITHOUT_SILENCE -> theWritingInstanceIsCutOff();
                    case NO_GATE_AFTER_A_MOVE -> theWritingInstanceMovesFirst(copy);
                    case RECOVERED_AT_ONCE -> aFailoverLosesAMarkAndReadersCatchUp(copy);
                    case END_FROM_ARRIVAL -> aBeatArrivesLate();
                    case JANITOR_BY_LEASE -> aCommitTakesLongerThanALease();
                    case FLOOR_BEFORE_REGISTRATION -> theWritingInstanceCommitsAndDiesDuringARecovery();
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

    /** What was written before the failover is no hindrance to reads. */
    private void aFailoverLosesAMarkAndReadersCatchUp(RedisServer copy) throws Exception {
        copy.promote();
        try (Commit commit = new Commit(COUNTER)) {
            writing.link().stall();
            reading.link().redirect(copy);
            long end = System.nanoTime() + LONG_LEASE.dividedBy(2).toNanos();
            awaitAnswer();
            await().atMost(PATIENCE)
                    .until(() -> reading.ledger().state().equals("available") || System.nanoTime() - end > 0);
            catchUp();
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

    /** A writer that comes back without its last commits, and takes others, is like one that somebody else has written. */
    private void nobodyIsThereForAWhile(Instance.Rules rules) throws SQLException {
        for (Instance instance : List.of(writing, reading)) {
            instance.routed().close();
            instance.ledger().close();
        }
        RoutedCluster.execute(
                cluster.writer().dataSource(),
                "update " + History.tableOf(COUNTER) + " set n = n + 1 where id = " + History.key(COUNTER));
        history.acknowledge(writing, COUNTER, 1);
        try (Instance newcomer = Instance.another(writing, redis, rules)) {
            awaitState(newcomer, "available");
            reader = client(newcomer);
            read();
        }
    }

    /** The other still goes to the former server, which is told of no commits any more. */
    private void theWritingInstanceMovesFirst(RedisServer copy) throws SQLException {
        copy.promote();
        writing.link().redirect(copy);
        writer.write(COUNTER);
        read();
    }

    /** It reaches the server, which does not read it before its sender has committed. */
    private void aBeatArrivesLate() throws SQLException {
        redis.freeze();
        awaitState(writing, "unreachable");
        writing.link().cut();
        writer.write(COUNTER);
        redis.thaw();
        awaitAnswer();
        read();
    }

    /** Others find its mark for a lease, then nothing is heard of it while it lands. */
    private void aCommitTakesLongerThanALease() throws Exception {
        try (Commit commit = new Commit(COUNTER)) {
            long began = System.nanoTime();
            await().atMost(PATIENCE).until(() -> {
                readAny();
                return System.nanoTime() - began > LONG_LEASE.toNanos() * 8 / 10;
            });
            writing.link().stall();
            await().atMost(PATIENCE).until(() -> {
                readAny();
                return !isMarked() || System.nanoTime() - began > LONG_LEASE.toNanos() * 14 / 10;
            });
            commit.land();
            read();
        } finally {
            writing.link().restore();
        }
    }

    private boolean isMarked() {
        return records().stream()
                .flatMap(key -> ((List<?>) redis.command("HKEYS", key)).stream())
                .anyMatch(field -> field.toString().startsWith("t:"));
    }

    /** Who is in Redis is lost, and the writing instance ends between the questions that tell of it. */
    private void theWritingInstanceCommitsAndDiesDuringARecovery() throws SQLException {
        writing.link().cut();
        writer.write(NEIGHBOUR);
        shelves().forEach(shelf -> redis.command("DEL", shelf));
        awaitState(reading, "recovering");
        CountDownLatch happened = new CountDownLatch(1);
        interlude.next(() -> {
            try {
                catchUp();
                writer.write(COUNTER);
                writing.routed().close();
                happened.countDown();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        await().atMost(PATIENCE).until(() -> happened.getCount() == 0);
        awaitState(reading, "available");
        read();
    }

    /** The server does not show the writing instance for a moment; what the other concludes is on its way for long. */
    private void aSignOffArrivesLate(Instance.Rules rules) throws SQLException {
        // Redis knows the script from then on, so that what arrives late needs no answer.
        signOffAnother(rules);
        PostgresNode server = cluster.writer();
        CountDownLatch sent = new CountDownLatch(1);
        writing.link().cut();
        awaitState(reading, "instance-missing");
        RoutedCluster.execute(server.adminDataSource(), "alter role app connection limit 0");
        try {
            interlude.next(this::endSessionOfWritingInstance, () -> {
                reading.link().stall();
                sent.countDown();
            });
            await().atMost(PATIENCE).until(() -> sent.getCount() == 0);
            awaitState(reading, "unreachable");
        } finally {
            RoutedCluster.execute(server.adminDataSource(), "alter role app connection limit -1");
        }
        await().atMost(PATIENCE).until(this::isWritingInstanceShown);
        writing.link().restore();
        awaitState(writing, "instance-missing");
        writing.link().cut();
        catchUp();
        writer.write(COUNTER);
        reading.link().restore();
        await().atMost(PATIENCE).until(() -> List.of("available", "instance-missing")
                .contains(reading.ledger().state()));
        read();
    }

    private void endSessionOfWritingInstance() {
        await().atMost(PATIENCE).until(() -> {
            endSession(writing);
            return !isWritingInstanceShown();
        });
    }

    private void endSession(Instance instance) throws SQLException {
        RoutedCluster.ask(cluster.writer(), "select count(pg_terminate_backend(pid)) from " + sessionsOf(instance));
    }

    private boolean isWritingInstanceShown() throws SQLException {
        return RoutedCluster.ask(cluster.writer(), "select count(*) from " + sessionsOf(writing)) > 0;
    }

    private static String sessionsOf(Instance instance) {
        return "pg_stat_activity where application_name = 'lagwise:"
                + instance.ledger().instance() + "'";
    }

    /** The writer has changed, where one instance cannot see it, and the reader that it sees neither. */
    private void anInstanceKnowsOnlyTheFormerWriter(Instance.Rules rules) throws SQLException {
        try (PostgresCluster own = PostgresCluster.builder().readers(2).start();
                RedisServer shared = RedisServer.builder().start()) {
            PostgresNode former = own.writer();
            PostgresNode follower = own.reader(0);
            PostgresNode next = own.reader(1);
            try (RoutedCluster earlier = new RoutedCluster(own, builder -> builder)) {
                earlier.createTables();
            }
            try (Instance behind = Instance.at(only(former, follower), shared, rules)) {
                awaitState(behind, "available");
                reading = behind;
                reader = client(behind);
                awaitHit();
                RoutedCluster.ask(next, "select pg_promote()::int");
                try (Instance ahead = Instance.at(only(next, next), shared, rules)) {
                    awaitState(ahead, "available");
                    client(ahead).write(COUNTER);
                    String far = "select length(pg_logical_emit_message(false, 'far', repeat('x', 1000000))::text)";
                    RoutedCluster.ask(former, far);
                    long written = former.position();
                    await().atMost(PATIENCE).until(() -> follower.position() >= written);
                    readUnlessRefused();
                }
            }
        }
    }

    private static RoutedCluster.Addresses only(PostgresNode writer, PostgresNode... readers) {
        return new RoutedCluster.Addresses(
                writer.jdbcUrl() + "?targetServerType=primary",
                Stream.of(readers).map(PostgresNode::jdbcUrl).toList(),
                writer.username(),
                writer.password());
    }

    /** Who knows that another server is the writer, and not which, has nowhere to read. */
    private void readUnlessRefused() throws SQLException {
        try {
            read();
        } catch (SQLTransientException | SQLNonTransientException e) {
            assertThat(e.getSQLState()).startsWith("08");
        }
    }

    /** It has read the writer's position anew, and comes to tell of it once another one was struck off after that. */
    private void anInstanceBringsAnOlderFloorLate(Instance.Rules rules) throws SQLException {
        try (Instance late = Instance.another(writing, redis, rules)) {
            awaitState(late, "available");
            late.link().cut();
            endSession(late);
            String again = "select count(*) from " + sessionsOf(late) + " and state_change > backend_start + '300 ms'";
            await().atMost(PATIENCE).until(() -> RoutedCluster.ask(cluster.writer(), again) > 0);
            catchUp();
            writing.link().cut();
            writer.write(COUNTER);
            writing.routed().close();
            String beat = "b:" + writing.ledger().instance();
            await().atMost(PATIENCE).until(() -> shelves().stream()
                    .allMatch(shelf -> Long.valueOf(0).equals(redis.command("HEXISTS", shelf, beat))));
            late.link().restore();
            awaitState(late, "available");
            awaitState(reading, "available");
            read();
        }
    }

    private void signOffAnother(Instance.Rules rules) throws SQLException {
        try (Instance dying = Instance.another(writing, redis, rules)) {
            awaitState(dying, "available");
            dying.link().cut();
            awaitState(reading, "instance-missing");
            dying.routed().close();
            awaitState(reading, "available");
        }
    }

    private List<String> shelves() {
        return ((List<?>) redis.command("KEYS", "*#shelf"))
                .stream().map(Object::toString).toList();
    }

    private void theWritingInstanceDiesUnseen() throws SQLException {
        writing.link().cut();
        writer.write(COUNTER);
        writing.routed().close();
        awaitState(reading, "instance-missing");
        awaitState(reading, "available");
        read();
    }

    private void aRecordIsLostAndThenWritten() throws SQLException {
        loseRecord();
        writer.write(COUNTER);
        await().atMost(PATIENCE).until(() -> !isMarked());
        read();
    }

    private void aRecordIsLostAndItsTableWritten() throws Exception {
        try (Commit commit = new Commit(COUNTER)) {
            loseRecord();
            writer.write(NEIGHBOUR);
            // The reader has the second write, which is committed, and not the first.
            catchUp();
            writing.link().stall();
            commit.land();
            read();
        } finally {
            writing.link().restore();
        }
    }

    /** Waits for less than what makes others take the writing instance for silent. */
    private void aRecordIsLost(Duration time) throws Exception {
        try (Commit commit = new Commit(COUNTER)) {
            writing.link().stall();
            loseRecord();
            readAny();
            long end = System.nanoTime() + time.toNanos();
            await().atMost(PATIENCE).until(() -> isThere() || System.nanoTime() - end > 0);
            catchUp();
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

    /**
     * Lets readers have all that was written, and nothing of what follows.
     *
     * <p>A commit of its own sends the log on its way, which may end in what an open transaction has left there.
     */
    private void catchUp() throws SQLException {
        RoutedCluster.ask(cluster.writer(), "select length(pg_logical_emit_message(true, 'all', '')::text)");
        cluster.readers().forEach(PostgresNode::resumeReplay);
        cluster.awaitReaders();
        cluster.readers().forEach(PostgresNode::pauseReplay);
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

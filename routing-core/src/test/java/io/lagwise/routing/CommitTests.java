package io.lagwise.routing;

import static io.lagwise.routing.Failures.failureOf;
import static io.lagwise.routing.Failures.stateOf;
import static io.lagwise.routing.RecordedRouting.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever may commit is marked before it leaves, and stays marked until a position covers it. */
class CommitTests {
    private static final String WRITE = "update item set n = 2";

    private final ExecutorService another = Executors.newSingleThreadExecutor();
    private RecordedRouting routing;
    private Connection connection;
    private Statement statement;

    @BeforeEach
    void open() throws SQLException {
        routing = new RecordedRouting(1).warm();
        connection = routing.connection();
        statement = connection.createStatement();
    }

    @AfterEach
    void close() throws SQLException {
        another.shutdownNow();
        connection.close();
        assertThat(routing.inUse()).isZero();
        routing.close();
    }

    private static Callable<Void> commit(Connection connection) {
        return () -> {
            connection.commit();
            return null;
        };
    }

    private void assertMarkedDuring(String trip, Callable<?> commit) throws Exception {
        Disturbance pause = routing.writer().next(trip).waits();
        Future<?> committing = another.submit(commit);
        pause.awaitArrival();
        assertThat(routing.inFlight("item")).isEqualTo(1);
        assertThat(routing.inFlight("other")).isZero();
        pause.release();
        committing.get();
        await().untilAsserted(() -> assertThat(routing.inFlight("item")).isZero());
    }

    @Test
    void aWriteInAutoCommitModeIsMarkedBeforeItLeaves() throws Exception {
        assertMarkedDuring(WRITE, () -> statement.executeUpdate(WRITE));
    }

    @Test
    void aTransactionIsMarkedBeforeItsCommitLeaves() throws Exception {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        assertThat(routing.inFlight("item")).isZero();
        assertMarkedDuring("COMMIT", commit(connection));
    }

    @Test
    void turningAutoCommitOnCommits() throws Exception {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        assertMarkedDuring("COMMIT", () -> {
            connection.setAutoCommit(true);
            return null;
        });
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(routing.writer().trips()).containsExactly(WRITE, "COMMIT");
    }

    @Test
    void settingTheSameModeDoesNotCommit() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        connection.setAutoCommit(false);
        assertThat(routing.writer().trips()).containsExactly(WRITE);
        connection.rollback();
    }

    @Test
    void aRowChangedThroughAResultIsMarked() throws Exception {
        Statement updatable =
                connection.createStatement(java.sql.ResultSet.TYPE_FORWARD_ONLY, java.sql.ResultSet.CONCUR_UPDATABLE);
        try (var rows = updatable.executeQuery(READ)) {
            await().untilAsserted(() -> assertThat(routing.inFlight("*")).isZero());
            Disturbance pause =
                    routing.writer().next("update through updateRow").waits();
            Future<?> updating = another.submit(() -> {
                rows.updateRow();
                return null;
            });
            pause.awaitArrival();
            assertThat(routing.inFlight("*")).isEqualTo(1);
            pause.release();
            updating.get();
        }
    }

    @Test
    void aRowChangedThroughAResultOfAnEarlierTransactionIsMarked() throws Exception {
        connection.setAutoCommit(false);
        Statement updatable =
                connection.createStatement(java.sql.ResultSet.TYPE_FORWARD_ONLY, java.sql.ResultSet.CONCUR_UPDATABLE);
        var rows = updatable.executeQuery(READ);
        connection.commit();
        await().untilAsserted(() -> assertThat(routing.inFlight("*")).isZero());
        rows.updateRow();
        Disturbance pause = routing.writer().next("COMMIT").waits();
        Future<?> committing = another.submit(commit(connection));
        pause.awaitArrival();
        assertThat(routing.inFlight("*")).isEqualTo(1);
        pause.release();
        committing.get();
        rows.close();
    }

    @Test
    void aCommitOfUnknownOutcomeKeepsItsTablesOnTheWriterUntilItsSessionIsOver() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        routing.writer().next("COMMIT").losesTheAnswer();
        assertThat(stateOf(connection::commit)).isEqualTo("08006");
        connection.close();
        await().during(java.time.Duration.ofMillis(150))
                .untilAsserted(() -> assertThat(routing.inFlight("item")).isEqualTo(1));
        assertThat(routing.inFlight("other")).isZero();
        routing.writer().endLostSessions();
        routing.awaitReason(READ, RouteReason.READER_FRESH);
    }

    @Test
    void aWriteOfUnknownOutcomeDoesSoToo() {
        routing.writer().next(WRITE).losesTheAnswer();
        assertThat(stateOf(() -> statement.executeUpdate(WRITE))).isEqualTo("08006");
        assertThat(routing.inFlight("item")).isEqualTo(1);
        routing.writer().endLostSessions();
        routing.awaitReason(READ, RouteReason.READER_FRESH);
    }

    @Test
    void aRefusedWriteIsOverAtOnce() {
        routing.writer().next(WRITE).fails("23505");
        assertThat(stateOf(() -> statement.executeUpdate(WRITE))).isEqualTo("23505");
        routing.awaitReason(READ, RouteReason.READER_FRESH);
        assertThat(routing.writer().openSessions().stream().filter(RecordingSession::isOfApplication))
                .hasSize(1);
    }

    @Test
    void aCancelledWriteIsOverAtOnce() {
        routing.writer().next(WRITE).fails("57014");
        assertThat(stateOf(() -> statement.executeUpdate(WRITE))).isEqualTo("57014");
        routing.awaitReason(READ, RouteReason.READER_FRESH);
    }

    @Test
    void aRollbackMarksNothing() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        connection.rollback();
        assertThat(routing.inFlight("item")).isZero();
        assertThat(routing.writer().trips()).containsExactly(WRITE, "ROLLBACK");
    }

    @Test
    void aTransactionOnAFormerWriterIsRolledBack() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        routing.writer().enterNextTimeline();
        await().until(() -> routing.dataSource().status().lag().epoch().timeline() == 2);
        assertThat(stateOf(connection::commit)).isEqualTo("40001");
        assertThat(routing.writer().trips()).contains("ROLLBACK").doesNotContain("COMMIT");
        statement.executeUpdate(WRITE);
        connection.commit();
    }

    @Test
    void aStatementOfATransactionOnAFormerWriterIsRefused() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        routing.writer().enterNextTimeline();
        await().until(() -> routing.dataSource().status().lag().epoch().timeline() == 2);
        assertThat(stateOf(() -> statement.executeQuery(READ))).isEqualTo("40001");
        connection.rollback();
        statement.executeQuery(READ).close();
        connection.rollback();
    }

    @Test
    void aCommitThatEndsAfterTheWriterChangedIsOfUnknownOutcome() throws Exception {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        Disturbance pause = routing.writer().next("COMMIT").waits();
        Future<String> committing = another.submit(() -> stateOf(connection::commit));
        pause.awaitArrival();
        routing.writer().enterNextTimeline();
        await().until(() -> routing.dataSource().status().lag().epoch().timeline() == 2);
        pause.release();
        assertThat(committing.get()).isEqualTo("08007");
    }

    @Test
    void nothingIsCommittedByGivingAConnectionBack() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        connection.close();
        assertThat(routing.writer().trips()).containsExactly(WRITE, "ROLLBACK");
    }

    @Test
    void nothingIsCommittedWhenARollbackFails() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        routing.writer().next("ROLLBACK").fails("XX000");
        connection.setNetworkTimeout(Runnable::run, 1);
        failureOf(connection::close);
        assertThat(routing.writer().trips()).doesNotContain("COMMIT");
    }

    @Test
    void nothingIsCommittedWhenTheReadersPartCannotBeEnded() throws SQLException {
        routing.close();
        routing = new RecordedRouting(
                        1,
                        pool -> {},
                        builder -> builder.transactions(new io.lagwise.jdbc.TransactionModes(
                                io.lagwise.jdbc.TransactionModes.ReadOnly.READER,
                                io.lagwise.jdbc.TransactionModes.ReadWrite.UNTIL_FIRST_WRITE)))
                .warm();
        connection = routing.connection();
        connection.setAutoCommit(false);
        var rows = connection.createStatement().executeQuery(READ);
        connection.createStatement().executeUpdate(WRITE);
        routing.reader().next("ROLLBACK").losesTheConnection();
        failureOf(connection::close);
        assertThat(routing.writer().trips()).doesNotContain("COMMIT").contains("ROLLBACK");
        assertThat(rows.isClosed()).isTrue();
    }

    @Test
    void theWritersPartIsCommittedThoughTheReadersPartIsLost() throws SQLException {
        routing.close();
        routing = new RecordedRouting(
                        1,
                        pool -> {},
                        builder -> builder.transactions(new io.lagwise.jdbc.TransactionModes(
                                io.lagwise.jdbc.TransactionModes.ReadOnly.READER,
                                io.lagwise.jdbc.TransactionModes.ReadWrite.UNTIL_FIRST_WRITE)))
                .warm();
        connection = routing.connection();
        connection.setAutoCommit(false);
        connection.createStatement().executeQuery(READ);
        connection.createStatement().executeUpdate(WRITE);
        routing.reader().next("COMMIT").losesTheConnection();
        connection.commit();
        assertThat(routing.writer().trips()).contains("COMMIT");
    }

    @Test
    void aSavepointCoversWhatTheWriterDoesAfterIt() throws SQLException {
        routing.close();
        routing = new RecordedRouting(
                        1,
                        pool -> {},
                        builder -> builder.transactions(new io.lagwise.jdbc.TransactionModes(
                                io.lagwise.jdbc.TransactionModes.ReadOnly.READER,
                                io.lagwise.jdbc.TransactionModes.ReadWrite.UNTIL_FIRST_WRITE)))
                .warm();
        connection = routing.connection();
        connection.setAutoCommit(false);
        connection.createStatement().executeQuery(READ).close();
        var savepoint = connection.setSavepoint();
        connection.createStatement().executeUpdate(WRITE);
        connection.rollback(savepoint);
        connection.commit();
        assertThat(routing.writer().trips()).containsExactly("SAVEPOINT", WRITE, "ROLLBACK TO SAVEPOINT", "COMMIT");
    }

    @Test
    void aReadThatTurnsOutToWriteIsMarked() throws Exception {
        routing.reader().next(READ).fails("25006");
        Disturbance pause = routing.writer().next(READ).waits();
        Future<?> reading = another.submit(() -> {
            statement.executeQuery(READ).close();
            return null;
        });
        pause.awaitArrival();
        assertThat(routing.inFlight("*")).isEqualTo(1);
        pause.release();
        reading.get();
    }

    @Test
    void handingOutTheDriversConnectionMarksEverything() throws SQLException {
        connection.unwrap(RecordingSession.Recorded.class);
        assertThat(routing.inFlight("*")).isEqualTo(1);
        statement.executeQuery(READ).close();
        assertThat(routing.lastReason()).isEqualTo(RouteReason.SESSION_PINNED);
        connection.close();
        routing.awaitReason(READ, RouteReason.READER_FRESH);
    }

    @Test
    void handingOutTheDriversStatementOfTheWriterMarksEverything() throws SQLException {
        statement.executeUpdate(WRITE);
        statement.unwrap(java.lang.reflect.Proxy.class);
        assertThat(routing.inFlight("*")).isEqualTo(1);
    }

    @Test
    void beginningATransactionByTextMarksEverything() throws SQLException {
        statement.execute("BEGIN");
        assertThat(routing.inFlight("*")).isEqualTo(1);
        statement.executeQuery(READ).close();
        assertThat(routing.lastReason()).isEqualTo(RouteReason.SESSION_PINNED);
        connection.close();
        routing.awaitReason(READ, RouteReason.READER_FRESH);
    }
}

package io.lagwise.routing;

import static io.lagwise.routing.Failures.failureOf;
import static io.lagwise.routing.RecordedRouting.READ;
import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import io.lagwise.jdbc.TransactionModes;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A read that fails through its reader is repeated on the writer where the application cannot notice, and only there. */
class ReaderFailureTests {
    private RecordedRouting routing;
    private Connection connection;
    private Statement statement;

    @BeforeEach
    void open() throws SQLException {
        open(TransactionModes.DEFAULTS);
    }

    private void open(TransactionModes modes) throws SQLException {
        routing = new RecordedRouting(1, pool -> {}, builder -> builder.transactions(modes)).warm();
        connection = routing.connection();
        statement = connection.createStatement();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        assertThat(routing.inUse()).isZero();
        routing.close();
    }

    private void assertRepeated() throws SQLException {
        try (ResultSet rows = statement.executeQuery(READ)) {
            assertThat(rows.next()).isTrue();
        }
        assertThat(routing.writer().trips()).containsExactly(READ);
        assertThat(routing.lastReason()).isEqualTo(RouteReason.READER_FAILED);
    }

    private void assertFails(String state) {
        SQLException failure = failureOf(() -> statement.executeQuery(READ));
        assertThat(failure.getSQLState()).isEqualTo(state);
        assertThat(routing.writer().trips()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01", "57P03", "40001", "40P01", "0A000", "53200", "58030", "XX001", "42P01"})
    void aReadInAutoCommitModeIsRepeated(String state) throws SQLException {
        routing.reader().next(READ).fails(state);
        assertRepeated();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22012", "57014", "42601", "42501", "23505"})
    void anErrorThatIsNotTheReadersIsTold(String state) {
        routing.reader().next(READ).fails(state);
        assertFails(state);
    }

    @Test
    void itIsRepeatedOnce() {
        routing.reader().next(READ).fails("08006");
        routing.writer().next(READ).fails("08006");
        SQLException failure = failureOf(() -> statement.executeQuery(READ));
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(routing.writer().trips()).containsExactly(READ);
    }

    @Test
    void aLostConnectionLeavesItsPoolAndItsReaderIsSuspected() throws SQLException {
        routing.reader().next(READ).losesTheConnection();
        assertRepeated();
        assertThat(routing.dataSource().explain(READ).decision().reason()).isEqualTo(RouteReason.NO_READER);
        routing.awaitReason(READ, RouteReason.READER_FRESH);
    }

    @Test
    void aReadWithAnotherResultOpenOnTheReaderIsNot() throws SQLException {
        try (ResultSet open = connection.createStatement().executeQuery(READ)) {
            routing.reader().next(READ).fails("40001");
            assertFails("40001");
            assertThat(open.next()).isTrue();
        }
    }

    @Test
    void aReadWhoseParameterCanBeReadOnceIsNot() throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(READ);
        prepared.setBinaryStream(1, new ByteArrayInputStream(new byte[1]));
        routing.reader().next(READ).fails("40001");
        SQLException failure = failureOf(prepared::executeQuery);
        assertThat(failure.getSQLState()).isEqualTo("40001");
        prepared.clearParameters();
        prepared.setInt(1, 1);
        routing.reader().next(READ).fails("40001");
        prepared.executeQuery().close();
    }

    @Test
    void aReadInAReadCommittedTransactionIsAndTheTransactionGoesOnOnTheWriter() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        statement.executeQuery(READ).close();
        routing.reader().next(READ).fails("40001");
        assertRepeated();
        statement.executeQuery(READ).close();
        assertThat(routing.lastReason()).isEqualTo(RouteReason.TRANSACTION_WRITER);
        connection.commit();
        assertThat(routing.writer().trips()).containsExactly(READ, READ, "COMMIT");
        assertThat(routing.reader().trips()).containsExactly(READ, READ, "ROLLBACK");
    }

    @Test
    void theFirstReadOfASnapshotIs() throws SQLException {
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        routing.reader().next(READ).fails("40001");
        statement.executeQuery(READ).close();
        assertThat(routing.lastReason()).isEqualTo(RouteReason.READER_FAILED);
        connection.commit();
    }

    @Test
    void aLaterReadOfASnapshotIsNot() throws SQLException {
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        statement.executeQuery(READ).close();
        routing.reader().next(READ).fails("40001");
        SQLException failure = failureOf(() -> statement.executeQuery(READ));
        assertThat(failure.getSQLState()).isEqualTo("40001");
        assertThat(routing.writer().trips()).isEmpty();
        connection.rollback();
    }

    @Test
    void aWriteRefusedByAReadOnlyTransactionIsNot() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        statement.executeQuery(READ).close();
        SQLException failure = failureOf(() -> statement.executeUpdate("update item set n = 3"));
        assertThat(failure.getSQLState()).isEqualTo("25006");
        assertThat(routing.writer().trips()).isEmpty();
        connection.rollback();
    }

    @Test
    void aReadOnAnAbortedConnectionIsNot() throws Exception {
        ExecutorService another = Executors.newSingleThreadExecutor();
        Disturbance pause = routing.reader().next(READ).waits().losesTheConnection();
        Future<SQLException> reading = another.submit(() -> failureOf(() -> statement.executeQuery(READ)));
        pause.awaitArrival();
        connection.abort(Runnable::run);
        pause.release();
        assertThat((Throwable) reading.get()).isNotNull();
        another.shutdown();
        assertThat(routing.writer().trips()).isEmpty();
        assertThat(routing.inUse()).isZero();
    }

    @Test
    void theReasonSaysThatReadersAreBusy() throws SQLException {
        try (Connection first = routing.connection();
                Connection second = routing.connection();
                ResultSet one = first.createStatement().executeQuery(READ);
                ResultSet two = second.createStatement().executeQuery(READ)) {
            statement.executeQuery(READ).close();
            assertThat(routing.lastReason()).isEqualTo(RouteReason.READERS_BUSY);
            assertThat(one.next() && two.next()).isTrue();
        }
    }
}

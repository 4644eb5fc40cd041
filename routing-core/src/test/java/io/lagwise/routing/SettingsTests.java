package io.lagwise.routing;

import static io.lagwise.routing.Failures.failureOf;
import static io.lagwise.routing.RecordedRouting.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is set on the logical connection holds on every physical one, and on none after it. */
class SettingsTests {
    private static final String WRITE = "update item set n = 2";

    private RecordedRouting routing;
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        routing = new RecordedRouting(1).warm();
        connection = routing.connection();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        assertThat(routing.inUse()).isZero();
        routing.close();
    }

    private static RecordingSession session(RecordingServer server) {
        return server.openSessions().stream()
                .filter(RecordingSession::isOfApplication)
                .findFirst()
                .orElseThrow();
    }

    private void setEverything() throws SQLException {
        connection.setCatalog("other");
        connection.setSchema("tenant");
        connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        connection.setNetworkTimeout(Runnable::run, 1234);
        connection.setTypeMap(Map.of("x", String.class));
        connection.setClientInfo("ApplicationName", "test");
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
    }

    private static void assertEverythingSet(RecordingSession session) {
        assertThat(session.property("Catalog")).isEqualTo("other");
        assertThat(session.property("Schema")).isEqualTo("tenant");
        assertThat(session.property("Holdability")).isEqualTo(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        assertThat(session.property("NetworkTimeout")).isEqualTo(1234);
        assertThat(session.property("TypeMap")).isEqualTo(Map.of("x", String.class));
        assertThat(session.property("TransactionIsolation")).isEqualTo(Connection.TRANSACTION_READ_UNCOMMITTED);
        assertThat(session.clientInfo()).containsEntry("ApplicationName", "test");
    }

    private static void assertNothingSet(RecordingSession session) {
        assertThat(session.property("Catalog")).isEqualTo("app");
        assertThat(session.property("Schema")).isEqualTo("public");
        assertThat(session.property("Holdability")).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
        assertThat(session.property("NetworkTimeout")).isEqualTo(0);
        assertThat(session.property("TypeMap")).isEqualTo(Map.of());
        assertThat(session.property("TransactionIsolation")).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(session.property("AutoCommit")).isEqualTo(true);
        assertThat(session.property("ReadOnly")).isEqualTo(false);
        assertThat(session.clientInfo().getProperty("ApplicationName", "")).isEmpty();
    }

    @Test
    void theyAreAnsweredFromWhatWasSet() throws SQLException {
        setEverything();
        assertThat(connection.getCatalog()).isEqualTo("other");
        assertThat(connection.getSchema()).isEqualTo("tenant");
        assertThat(connection.getHoldability()).isEqualTo(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        assertThat(connection.getNetworkTimeout()).isEqualTo(1234);
        assertThat(connection.getTypeMap()).isEqualTo(Map.of("x", String.class));
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_UNCOMMITTED);
        assertThat(connection.getClientInfo("ApplicationName")).isEqualTo("test");
        assertThat(routing.taken()).isZero();
    }

    @Test
    void aStatementDoesNotRunWithoutWhatTheDriverHasRefused() throws SQLException {
        connection.setAutoCommit(false);
        connection.createStatement().executeUpdate(WRITE);
        try (Statement statement = connection.createStatement()) {
            // Which MySQL's driver takes, and others do not.
            statement.setFetchSize(Integer.MIN_VALUE);
            for (int i = 0; i < 2; i++) {
                assertThat(failureOf(() -> statement.executeQuery(READ)).getSQLState())
                        .isEqualTo("22023");
            }
            statement.setFetchSize(10);
            assertThat(statement.executeQuery(READ).next()).isTrue();
        }
        connection.rollback();
    }

    @Test
    void theyAreCarriedToEachSideAndPutBack() throws SQLException {
        setEverything();
        try (ResultSet rows = connection.createStatement().executeQuery(READ)) {
            assertThat(routing.lastReason()).isEqualTo(RouteReason.READER_FRESH);
            assertEverythingSet(session(routing.reader()));
            assertThat(rows.next()).isTrue();
        }
        assertNothingSet(session(routing.reader()));
        connection.createStatement().executeUpdate(WRITE);
        assertEverythingSet(session(routing.writer()));
        connection.close();
        assertNothingSet(session(routing.writer()));
    }

    @Test
    void theyAreCarriedToAHeldConnectionAndPutBackAsTheyWereBeforeTheFirstChange() throws SQLException {
        try (ResultSet rows = connection.createStatement().executeQuery(READ)) {
            connection.setCatalog("first");
            setEverything();
            assertEverythingSet(session(routing.reader()));
            assertThat(rows.next()).isTrue();
        }
        assertNothingSet(session(routing.reader()));
    }

    @Test
    void transactionSettingsArePutBack() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        connection.createStatement().executeQuery(READ).close();
        assertThat(session(routing.reader()).property("ReadOnly")).isEqualTo(true);
        assertThat(session(routing.reader()).property("AutoCommit")).isEqualTo(false);
        connection.commit();
        assertNothingSet(session(routing.reader()));
    }

    @Test
    void clientInfoIsReplacedAsAWhole() throws SQLException {
        connection.setClientInfo("ApplicationName", "test");
        Properties properties = new Properties();
        properties.setProperty("ClientUser", "me");
        connection.setClientInfo(properties);
        assertThat(connection.getClientInfo("ApplicationName")).isNullOrEmpty();
        assertThat(connection.getClientInfo("ClientUser")).isEqualTo("me");
        assertThat(connection.getClientInfo()).containsOnlyKeys("ClientUser");
    }

    @Test
    void whatCannotBeSetIsNotKept() throws SQLException {
        Statement statement = connection.createStatement();
        statement.executeUpdate(WRITE);
        routing.writer().next("SET Schema").fails("3F000");
        failureOf(() -> connection.setSchema("missing"));
        assertThat(connection.getSchema()).isEqualTo("public");
    }

    @Test
    void aReaderThatCannotTakeThemIsPassedOver() throws SQLException {
        connection.setSchema("tenant");
        routing.reader().next("SET Schema").losesTheConnection();
        connection.createStatement().executeQuery(READ).close();
        assertThat(routing.writer().trips()).contains(READ);
    }

    @Test
    void isolationAndReadOnlyAreRefusedWithinATransaction() throws SQLException {
        connection.setAutoCommit(false);
        connection.createStatement().executeQuery(READ).close();
        for (SQLException failure : new SQLException[] {
            failureOf(() -> connection.setReadOnly(true)),
            failureOf(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE)),
        }) {
            assertThat(failure.getSQLState()).isEqualTo("25001");
        }
        assertThat(connection.isReadOnly()).isFalse();
        connection.rollback();
    }

    @Test
    void anUnknownIsolationLevelIsRefusedAtOnce() {
        failureOf(() -> connection.setTransactionIsolation(17));
    }

    @Test
    void aReaderWhosePoolHasAnotherIsolationGetsTheWriters() throws SQLException {
        connection.close();
        routing.close();
        routing = new RecordedRouting(
                        1,
                        pool -> {
                            if (pool.getPoolName().startsWith("reader")) {
                                pool.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
                            }
                        },
                        builder -> {})
                .warm();
        connection = routing.connection();
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        connection.createStatement().executeQuery(READ).close();
        assertThat(routing.lastReason()).isEqualTo(RouteReason.READER_FRESH);
        assertThat(session(routing.reader()).property("TransactionIsolation"))
                .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        connection.commit();
        assertThat(session(routing.reader()).property("TransactionIsolation"))
                .isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
    }

    @Test
    void aResultLeftOverFromAnEarlierTransactionDoesNotLendItsSnapshot() throws SQLException {
        connection.setReadOnly(true);
        connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        try (ResultSet open = connection.createStatement().executeQuery(READ)) {
            assertThat(routing.lastReason()).isEqualTo(RouteReason.READER_FRESH);
            connection.commit();
            routing.reader().pause();
            try (Connection other = routing.connection()) {
                other.createStatement().executeUpdate(WRITE);
            }
            connection.createStatement().executeQuery(READ).close();
            assertThat(routing.decisions().get(routing.decisions().size() - 1).node())
                    .isEqualTo("writer");
            assertThat(open.next()).isTrue();
            connection.commit();
        }
    }

    @Test
    void whatChangesTheSessionIsForgottenWithIt() throws SQLException {
        int number = session(routing.writer()).number();
        connection.createStatement().execute("set search_path = tenant");
        connection.createStatement().executeQuery(READ).close();
        assertThat(routing.lastReason()).isEqualTo(RouteReason.SESSION_PINNED);
        connection.close();
        await().until(() -> routing.writer().openSessions().stream().noneMatch(session -> session.number() == number));
    }

    @Test
    void whatMayHaveChangedTheSessionIsForgottenToo() throws SQLException {
        int number = session(routing.writer()).number();
        Statement batch = connection.createStatement();
        batch.addBatch("set search_path = tenant");
        batch.addBatch(WRITE);
        routing.writer().next(WRITE).fails("23505");
        failureOf(batch::executeBatch);
        connection.close();
        await().until(() -> routing.writer().openSessions().stream().noneMatch(session -> session.number() == number));
    }
}

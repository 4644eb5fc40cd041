package io.lagwise.routing;

import static io.lagwise.routing.Failures.stateOf;
import static io.lagwise.routing.RecordedRouting.READ;
import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A physical connection is held while something of it is open, and no longer. */
class HoldingTests {
    private static final String WRITE = "update item set n = 2";

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
        connection.close();
        assertThat(routing.inUse()).isZero();
        routing.close();
    }

    @Test
    void aReadersConnectionGoesBackWithTheResult() throws SQLException {
        ResultSet rows = statement.executeQuery(READ);
        assertThat(routing.inUse(routing.reader())).isEqualTo(1);
        rows.close();
        assertThat(routing.inUse()).isZero();
        assertThat(statement.isClosed()).isFalse();
    }

    @Test
    void itIsHeldUntilTheLastOfSeveralResultsIsClosed() throws SQLException {
        ResultSet first = statement.executeQuery(READ);
        ResultSet second = connection.createStatement().executeQuery(READ);
        assertThat(routing.taken()).isEqualTo(1);
        first.close();
        assertThat(second.next()).isTrue();
        assertThat(routing.inUse()).isEqualTo(1);
        second.close();
        assertThat(routing.inUse()).isZero();
    }

    @Test
    void anOpenResultOutlivesAWriteBesideIt() throws SQLException {
        ResultSet rows = statement.executeQuery(READ);
        connection.createStatement().executeUpdate(WRITE);
        assertThat(rows.next()).isTrue();
        assertThat(routing.inUse(routing.reader())).isEqualTo(1);
        assertThat(routing.inUse(routing.writer())).isEqualTo(1);
        rows.close();
        assertThat(routing.inUse(routing.reader())).isZero();
    }

    @Test
    void runningAStatementAnewClosesItsResult() throws SQLException {
        ResultSet before = statement.executeQuery(READ);
        ResultSet after = statement.executeQuery(READ);
        assertThat(before.isClosed()).isTrue();
        before.close();
        assertThat(after.next()).isTrue();
        assertThat(statement.getResultSet()).isSameAs(after);
        after.close();
        assertThat(routing.inUse()).isZero();
    }

    @Test
    void aStatementThatClosesOnCompletionSurvivesRunningAnew() throws SQLException {
        statement.closeOnCompletion();
        statement.executeQuery(READ);
        ResultSet rows = statement.executeQuery(READ);
        assertThat(statement.isClosed()).isFalse();
        rows.close();
        assertThat(statement.isClosed()).isTrue();
    }

    @Test
    void closingTheStatementGivesTheConnectionBack() throws SQLException {
        statement.executeQuery(READ);
        statement.close();
        assertThat(routing.inUse()).isZero();
    }

    @Test
    void aFailedStatementHoldsNothing() {
        routing.reader().next(READ).fails("22012");
        assertThat(stateOf(() -> statement.executeQuery(READ))).isEqualTo("22012");
        assertThat(routing.inUse()).isZero();
    }

    @Test
    void theWriterIsHeldAfterAWrite() throws SQLException {
        statement.executeUpdate(WRITE);
        assertThat(routing.inUse(routing.writer())).isEqualTo(1);
        statement.executeQuery(READ).close();
        assertThat(routing.lastReason()).isEqualTo(RouteReason.WRITER_HELD);
        assertThat(routing.taken()).isEqualTo(1);
        connection.close();
        assertThat(routing.inUse()).isZero();
    }

    @Test
    void theWriterIsNotHeldAfterARead() throws SQLException {
        routing.reader().pause();
        statement.executeUpdate(WRITE);
        connection.close();
        try (Connection reading = routing.connection();
                Statement read = reading.createStatement()) {
            read.executeQuery(READ).close();
            assertThat(routing.decisions().get(routing.decisions().size() - 1).node())
                    .isEqualTo("writer");
            assertThat(routing.inUse()).isZero();
            read.executeQuery("select n from other").close();
            assertThat(routing.lastReason()).isEqualTo(RouteReason.READER_FRESH);
        }
    }

    @Test
    void theWriterIsHeldAfterWhatOnlyItsSessionRemembers() throws SQLException {
        statement.executeQuery("select nextval('s')").close();
        statement.executeQuery("select currval('s')").close();
        assertThat(routing.taken()).isEqualTo(1);
    }

    @Test
    void describingAStatementDoesNotDecideWhereItRuns() throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(READ);
        prepared.getMetaData();
        prepared.executeQuery().close();
        assertThat(routing.lastReason()).isEqualTo(RouteReason.READER_FRESH);
        assertThat(routing.inUse()).isZero();
    }

    @Test
    void resultsOfMetadataHoldTheirConnection() throws SQLException {
        ResultSet tables = connection.getMetaData().getTables(null, null, null, null);
        assertThat(routing.inUse(routing.writer())).isEqualTo(1);
        tables.close();
        assertThat(routing.inUse()).isZero();
    }

    @Test
    void metadataIsReadOnTheWriterWhileAReaderIsHeld() throws SQLException {
        try (ResultSet rows = statement.executeQuery(READ)) {
            connection.getMetaData().getTables(null, null, null, null).close();
            assertThat(rows.next()).isTrue();
        }
        assertThat(routing.writer().trips()).containsExactly("getTables");
        assertThat(routing.reader().trips()).containsExactly(READ);
    }

    @Test
    void anIdleTransactionHoldsNothingAfterItsEnd() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        statement.executeQuery(READ).close();
        assertThat(routing.inUse(routing.reader())).isEqualTo(1);
        connection.commit();
        assertThat(routing.inUse()).isZero();
    }

    @Test
    void closingTwiceGivesBackOnce() throws SQLException {
        statement.executeUpdate(WRITE);
        connection.close();
        connection.close();
        statement.close();
        assertThat(routing.inUse()).isZero();
        assertThat(routing.dataSource().status().writer().inUse()).isZero();
    }

    @Test
    void aClosedConnectionRefusesEverything() throws SQLException {
        connection.close();
        assertThat(statement.isClosed()).isTrue();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> statement.executeQuery(READ))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
        org.assertj.core.api.Assertions.assertThatThrownBy(connection::createStatement)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
        assertThat(connection.isValid(1)).isFalse();
        assertThat(routing.inUse()).isZero();
    }
}

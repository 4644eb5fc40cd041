package io.lagwise.routing;

import static io.lagwise.routing.RecordedRouting.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing is taken from a pool before a statement runs. */
class LazyConnectionTests {
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
        routing.close();
    }

    private void assertUntouched() {
        assertThat(routing.taken()).isZero();
        assertThat(routing.writer().trips()).isEmpty();
        assertThat(routing.reader().trips()).isEmpty();
    }

    @Test
    void aFreshConnectionAnswersForItself() throws SQLException {
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(connection.isReadOnly()).isFalse();
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(connection.getHoldability()).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
        assertThat(connection.getNetworkTimeout()).isZero();
        assertThat(connection.isClosed()).isFalse();
        assertThat((Object) connection.getWarnings()).isNull();
        connection.clearWarnings();
        assertThat(connection).hasToString(connection.toString()).isEqualTo(connection);
        try (Connection other = routing.connection()) {
            assertThat(connection).isNotEqualTo(other);
            assertThat(connection.hashCode()).isNotEqualTo(other.hashCode());
        }
        assertUntouched();
    }

    @Test
    void theReadOnlyFlagIsFalseUntilItIsSet() throws SQLException {
        assertThat(connection.isReadOnly()).isFalse();
        connection.setReadOnly(true);
        assertThat(connection.isReadOnly()).isTrue();
        assertUntouched();
    }

    @Test
    void beginningATransactionTakesNothing() throws SQLException {
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        assertUntouched();
    }

    @Test
    void endingATransactionWithoutStatementsTakesNothing() throws SQLException {
        connection.setAutoCommit(false);
        connection.commit();
        connection.rollback();
        connection.setAutoCommit(true);
        assertUntouched();
    }

    @Test
    void endingATransactionInAutoCommitModeIsRefused() {
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class).hasMessageContaining("auto-commit");
        assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
        assertUntouched();
    }

    @Test
    void preparingTakesNothing() throws SQLException {
        PreparedStatement statement = connection.prepareStatement(READ);
        statement.setFetchSize(10);
        statement.setMaxRows(5);
        statement.setQueryTimeout(7);
        statement.setObject(1, "x");
        assertThat(statement.getFetchSize()).isEqualTo(10);
        assertThat(statement.getMaxRows()).isEqualTo(5);
        assertThat(statement.getQueryTimeout()).isEqualTo(7);
        assertThat(statement.getResultSetHoldability()).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
        assertThat(statement.isPoolable()).isTrue();
        assertThat(statement.toString()).isNotEmpty();
        statement.close();
        assertUntouched();
    }

    @Test
    void preparingACallTakesNothing() throws SQLException {
        Statement call = connection.prepareCall("{call p(?)}");
        assertThat(call.toString()).isNotEmpty();
        call.cancel();
        assertThat(call.getConnection()).isSameAs(connection);
        call.close();
        assertUntouched();
    }

    @Test
    void whatTheDriverIsIsAskedOnce() throws SQLException {
        assertThat(connection.getMetaData().supportsBatchUpdates()).isTrue();
        assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("Recording");
        assertThat(connection.isWrapperFor(RecordingSession.Recorded.class)).isTrue();
        routing.forget();
        try (Connection other = routing.connection()) {
            assertThat(other.getMetaData().supportsBatchUpdates()).isTrue();
            assertThat(other.getMetaData().getDatabaseProductName()).isEqualTo("Recording");
            assertThat(other.getMetaData().toString()).isNotEmpty();
            assertThat(other.getMetaData().getConnection()).isSameAs(other);
            assertThat(other.isWrapperFor(RecordingSession.Recorded.class)).isTrue();
            assertThat(other.isWrapperFor(Connection.class)).isTrue();
        }
        assertUntouched();
    }
}

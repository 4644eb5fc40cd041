package io.lagwise.routing;

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

/** In steady state the servers see exactly what the application sends, and a pool is asked only when it must be. */
class RoundTripsTests {
    private static final String WRITE = "update item set n = 2";

    private RecordedRouting routing;

    @BeforeEach
    void open() throws SQLException {
        routing = new RecordedRouting(1).warm();
    }

    @AfterEach
    void close() {
        routing.close();
    }

    @Test
    void aReadCostsItself() throws SQLException {
        for (int i = 0; i < 3; i++) {
            try (Connection connection = routing.connection();
                    PreparedStatement statement = connection.prepareStatement(READ);
                    ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).isTrue();
            }
        }
        assertThat(routing.reader().trips()).containsExactly(READ, READ, READ);
        assertThat(routing.writer().trips()).isEmpty();
        assertThat(routing.taken()).isEqualTo(3);
    }

    @Test
    void aWriteInAutoCommitModeCostsItself() throws SQLException {
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(WRITE)).isEqualTo(1);
        }
        assertThat(routing.writer().trips()).containsExactly(WRITE);
        assertThat(routing.reader().trips()).isEmpty();
        assertThat(routing.taken()).isEqualTo(1);
    }

    @Test
    void aTransactionCostsItsStatementsAndOneCommit() throws SQLException {
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeQuery(READ).close();
            statement.executeUpdate(WRITE);
            connection.commit();
            connection.setAutoCommit(true);
        }
        assertThat(routing.writer().trips()).containsExactly(READ, WRITE, "COMMIT");
        assertThat(routing.reader().trips()).isEmpty();
        assertThat(routing.taken()).isEqualTo(1);
    }

    @Test
    void aReadOnlyTransactionCostsItsStatementsAndOneCommit() throws SQLException {
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            statement.executeQuery(READ).close();
            statement.executeQuery(READ).close();
            connection.commit();
            connection.setAutoCommit(true);
            connection.setReadOnly(false);
        }
        assertThat(routing.reader().trips()).containsExactly(READ, READ, "COMMIT");
        assertThat(routing.writer().trips()).isEmpty();
        assertThat(routing.taken()).isEqualTo(1);
    }

    @Test
    void aRollbackCostsOneRoundTrip() throws SQLException {
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate(WRITE);
            connection.rollback();
        }
        assertThat(routing.writer().trips()).containsExactly(WRITE, "ROLLBACK");
    }

    @Test
    void aBatchCostsItsStatements() throws SQLException {
        try (Connection connection = routing.connection();
                PreparedStatement statement = connection.prepareStatement("insert into item values (?)")) {
            for (int i = 1; i <= 2; i++) {
                statement.setInt(1, i);
                statement.addBatch();
            }
            statement.executeBatch();
        }
        assertThat(routing.writer().trips())
                .containsExactly("insert into item values (?) [1]", "insert into item values (?) [2]");
    }

    @Test
    void aNewConnectionIsAskedOnceInItsLife() throws SQLException {
        routing.close();
        routing = new RecordedRouting(1);
        for (int i = 0; i < 3; i++) {
            try (Connection connection = routing.connection();
                    Statement statement = connection.createStatement()) {
                statement.executeQuery(READ).close();
                statement.executeUpdate(WRITE);
            }
            routing.awaitReason(READ, RouteReason.READER_FRESH);
        }
        assertThat(routing.reader().trips())
                .containsSubsequence(READ, READ, READ)
                .hasSizeLessThanOrEqualTo(5);
        assertThat(routing.writer().trips())
                .containsSubsequence(WRITE, WRITE, WRITE)
                .hasSizeLessThanOrEqualTo(6);
    }
}

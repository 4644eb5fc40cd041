package io.lagwise.routing;

import static io.lagwise.routing.Failures.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parameters and batches reach the server as they were when they were given, and once. */
class ParametersTests {
    private static final String INSERT = "insert into item values (?)";

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

    /** Stands for the mutable value objects of drivers. */
    public static final class Mutable implements Cloneable {
        private String value = "";

        @Override
        public Mutable clone() {
            try {
                return (Mutable) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Mutable that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(value);
        }

        @Override
        public String toString() {
            return value;
        }
    }

    @Test
    void aValueThatChangesAfterwardsIsSentAsItWas() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            Mutable value = new Mutable();
            Timestamp time = Timestamp.valueOf("2026-01-01 00:00:00");
            for (int i = 1; i <= 2; i++) {
                value.value = "v" + i;
                time.setNanos(i * 1000);
                insert.setObject(1, value);
                insert.setTimestamp(2, time);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        assertThat(routing.writer().trips())
                .containsExactly(
                        INSERT + " [v1, 2026-01-01 00:00:00.000001]", INSERT + " [v2, 2026-01-01 00:00:00.000002]");
    }

    @Test
    void parametersStayForTheNextExecution() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, "a");
            insert.setString(2, "b");
            insert.executeUpdate();
            insert.setString(2, "c");
            insert.executeUpdate();
        }
        assertThat(routing.writer().trips()).containsExactly(INSERT + " [a, b]", INSERT + " [a, c]");
    }

    @Test
    void aBatchIsSentOnce() throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (String value : new String[] {"a", "b"}) {
                insert.setString(1, value);
                insert.addBatch();
                insert.executeBatch();
                connection.commit();
            }
            assertThat(insert.executeBatch()).isEmpty();
        }
        assertThat(routing.writer().trips()).containsExactly(INSERT + " [a]", "COMMIT", INSERT + " [b]", "COMMIT");
    }

    @Test
    void aBatchThatFailedLeavesNothingForTheNext() throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, "a");
            insert.addBatch();
            routing.writer().next(INSERT).fails("23505");
            failureOf(insert::executeBatch);
            insert.setString(1, "b");
            insert.addBatch();
            assertThat(insert.executeBatch()).containsExactly(1);
        }
        assertThat(routing.writer().trips()).containsExactly(INSERT + " [a]", INSERT + " [b]");
        connection.rollback();
    }

    @Test
    void aBatchOfCallsIsSentOnce() throws SQLException {
        connection.setAutoCommit(false);
        String sql = "{call p(?)}";
        try (CallableStatement call = connection.prepareCall(sql)) {
            for (String value : new String[] {"a", "b"}) {
                call.setString(1, value);
                call.addBatch();
                call.executeBatch();
                connection.commit();
                connection.rollback();
            }
        }
        assertThat(routing.writer().trips()).containsExactly(sql + " [a]", "COMMIT", sql + " [b]", "COMMIT");
    }

    @Test
    void aPreparedStatementTakesNoText() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (SQLException failure : new SQLException[] {
                failureOf(() -> insert.executeQuery(INSERT)),
                failureOf(() -> insert.executeUpdate(INSERT)),
                failureOf(() -> insert.execute(INSERT)),
                failureOf(() -> insert.addBatch(INSERT)),
            }) {
                assertThat(failure.getSQLState()).isEqualTo("42809");
            }
        }
        assertThat(routing.taken()).isZero();
    }

    @Test
    void invalidSettingsAreRefusedAtOnce() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (SQLException failure : new SQLException[] {
                failureOf(() -> statement.setMaxRows(-1)),
                failureOf(() -> statement.setMaxFieldSize(-1)),
                failureOf(() -> statement.setQueryTimeout(-1)),
                failureOf(() -> statement.setFetchSize(-1)),
                failureOf(() -> statement.setFetchDirection(7)),
            }) {
                assertThat(failure.getSQLState()).isEqualTo("22023");
            }
        }
    }
}

package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** A way to a writer of which others have another. */
@PostgresReplication(readers = 0)
class PostgresLinkIT {
    private static final int SHORT = 300;

    private final PostgresNode writer;

    PostgresLinkIT(PostgresCluster cluster) {
        writer = cluster.writer();
    }

    private Connection connect(PostgresLink link) throws SQLException {
        return DriverManager.getConnection(link.jdbcUrl(), writer.username(), writer.password());
    }

    @Test
    void itCanBeCutWhileTheServerAnswersOthers() throws SQLException {
        try (PostgresLink link = writer.link();
                Connection connection = connect(link)) {
            assertThat(connection.isValid(5)).isTrue();
            link.cut();
            assertThatThrownBy(() -> Jdbc.text(connection, "select 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connect(link)).isInstanceOf(SQLException.class);
            assertThat(Jdbc.on(writer).number("select 1")).isEqualTo(1);
            link.restore();
            connect(link).close();
        }
    }

    @Test
    void whileItIsStalledNobodyHearsThatTheServerHasEndedAConnection() throws SQLException {
        try (PostgresLink link = writer.link();
                Connection connection = connect(link)) {
            String process = Jdbc.text(connection, "select pg_backend_pid()");
            link.stall();
            Jdbc.asAdminOn(writer).text("select pg_terminate_backend(" + process + ", 10000)");
            connection.setNetworkTimeout(Runnable::run, SHORT);
            long begun = System.nanoTime();
            assertThatThrownBy(() -> Jdbc.text(connection, "select 1")).hasRootCauseMessage("Read timed out");
            assertThat(System.nanoTime() - begun).isGreaterThan(SHORT * 1_000_000L / 2);
        }
    }
}

package io.lagwise.routing;

import static io.lagwise.routing.Failures.stateOf;
import static io.lagwise.routing.PostgresRouting.READ;
import static io.lagwise.routing.PostgresRouting.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import io.lagwise.RouteReason;
import io.lagwise.jdbc.TransactionModes;
import io.lagwise.jdbc.TransactionModes.ReadOnly;
import io.lagwise.jdbc.TransactionModes.ReadWrite;
import io.lagwise.replication.LagSettings;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where transactions run under each setting, and pools that hand out connections with auto-commit off. */
@PostgresReplication(readers = 1)
class TransactionModesIT {
    private static final String WRITE = "update item set n = n + 1 where id = 1";

    private final PostgresCluster cluster;
    private PostgresRouting routing;
    private Connection connection;

    TransactionModesIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    private void open(Consumer<HikariConfig> pools, Consumer<RoutingDataSourceBuilder> options) throws SQLException {
        routing = new PostgresRouting(cluster, pools, options).prepare();
        connection = routing.connection();
    }

    private void open(ReadOnly readOnly, ReadWrite readWrite) throws SQLException {
        open(pool -> {}, builder -> builder.transactions(new TransactionModes(readOnly, readWrite)));
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        assertThat(routing.inUse()).isZero();
        routing.close();
    }

    private String node() {
        return routing.last().node();
    }

    @Test
    void untilItsFirstWriteATransactionReadsFromAReader() throws SQLException {
        open(ReadOnly.READER, ReadWrite.UNTIL_FIRST_WRITE);
        connection.setAutoCommit(false);
        assertThat(number(connection, READ)).isEqualTo(10);
        assertThat(node()).isEqualTo("reader");
        assertThat(connection.createStatement().executeUpdate(WRITE)).isEqualTo(1);
        assertThat(routing.inUse()).isEqualTo(1);
        assertThat(number(connection, READ)).isEqualTo(11);
        assertThat(routing.last().reason()).isEqualTo(RouteReason.READ_WRITE_TRANSACTION);
        connection.rollback();
        routing.awaitFresh();
        assertThat(number(connection, READ)).isEqualTo(10);
        connection.commit();
    }

    @Test
    void aLockAlsoEndsTheReadersPart() throws SQLException {
        open(ReadOnly.READER, ReadWrite.UNTIL_FIRST_WRITE);
        connection.setAutoCommit(false);
        number(connection, READ);
        number(connection, READ + " for update");
        assertThat(node()).isEqualTo("writer");
        connection.commit();
    }

    @Test
    void aSavepointCoversWhatFollowsOnTheWriter() throws SQLException {
        open(ReadOnly.READER, ReadWrite.UNTIL_FIRST_WRITE);
        connection.setAutoCommit(false);
        number(connection, READ);
        Savepoint savepoint = connection.setSavepoint();
        connection.createStatement().executeUpdate(WRITE);
        connection.rollback(savepoint);
        assertThat(number(connection, READ)).isEqualTo(10);
        connection.commit();
        assertThat(routing.asked(READ)).isEqualTo(10);
    }

    @Test
    void aHigherIsolationKeepsAReadWriteTransactionOnTheWriter() throws SQLException {
        open(ReadOnly.READER, ReadWrite.UNTIL_FIRST_WRITE);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        number(connection, READ);
        assertThat(routing.last().reason()).isEqualTo(RouteReason.ISOLATION);
        connection.commit();
    }

    @Test
    void readOnlyTransactionsCanBeKeptOnTheWriter() throws SQLException {
        open(ReadOnly.WRITER, ReadWrite.WRITER);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        number(connection, READ);
        assertThat(routing.last().reason()).isEqualTo(RouteReason.CONFIGURED_WRITER);
        assertThat(stateOf(() -> connection.createStatement().executeUpdate(WRITE)))
                .isEqualTo("25006");
        connection.close();
        connection = routing.connection();
        number(connection, READ);
        assertThat(node()).isEqualTo("reader");
    }

    @Test
    void aReadMayWaitForItsReader() throws SQLException {
        open(
                pool -> {},
                builder -> builder.lag(
                        new LagSettings(Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(30))));
        connection.createStatement().executeUpdate(WRITE);
        connection.close();
        connection = routing.connection();
        assertThat(number(connection, READ)).isEqualTo(11);
        assertThat(node()).isEqualTo("reader");
        assertThat(routing.last().reason()).isIn(RouteReason.READER_CAUGHT_UP, RouteReason.READER_FRESH);
    }

    @Test
    void aPoolWithAutoCommitOffIsLikeIt() throws SQLException {
        open(pool -> pool.setAutoCommit(false), builder -> {});
        assertThat(connection.getAutoCommit()).isFalse();
        connection.createStatement().executeUpdate(WRITE);
        assertThat(routing.asked(READ)).isEqualTo(10);
        connection.commit();
        assertThat(routing.asked(READ)).isEqualTo(11);
        connection.createStatement().executeUpdate(WRITE);
        connection.close();
        assertThat(routing.asked(READ)).isEqualTo(11);
        connection = routing.connection();
        connection.setReadOnly(true);
        await().untilAsserted(() -> {
            assertThat(number(connection, READ)).isEqualTo(11);
            connection.commit();
            assertThat(node()).isEqualTo("reader");
        });
        assertThat(idleInTransaction()).isZero();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(READ)) {
            assertThat(rows.next()).isTrue();
            assertThat(node()).isEqualTo("reader");
        }
        connection.close();
        try (Connection pooled = routing.readerPool().getConnection()) {
            assertThat(pooled.getAutoCommit()).isFalse();
        }
    }

    private long idleInTransaction() throws SQLException {
        String sql = "select count(*) from pg_stat_activity where state like 'idle in%'";
        try (Connection admin = cluster.reader(0).adminDataSource().getConnection()) {
            return number(admin, sql) + routing.asked(sql);
        }
    }
}

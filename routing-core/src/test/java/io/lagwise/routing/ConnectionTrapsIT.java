package io.lagwise.routing;

import static io.lagwise.routing.Failures.failureOf;
import static io.lagwise.routing.Failures.stateOf;
import static io.lagwise.routing.PostgresRouting.READ;
import static io.lagwise.routing.PostgresRouting.inUse;
import static io.lagwise.routing.PostgresRouting.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Traps of the logical connection's life and state, on real servers.
 *
 * <p>The numbers are those of the table of traps in the JDBC design.
 */
@PostgresReplication(readers = 1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionTrapsIT {
    private static final String WRITE = "update item set n = n + 1 where id = 1";

    private final PostgresRouting routing;
    private Connection connection;
    private Statement statement;

    ConnectionTrapsIT(PostgresCluster cluster) {
        routing = new PostgresRouting(cluster);
    }

    @BeforeAll
    void prepare() throws SQLException {
        routing.prepare();
    }

    @BeforeEach
    void open() throws SQLException {
        routing.reset();
        connection = routing.connection();
        statement = connection.createStatement();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        assertThat(routing.inUse()).as("connections in use").isZero();
    }

    @AfterAll
    void closeAll() {
        routing.close();
    }

    private boolean readsFromReader() throws SQLException {
        statement.executeQuery(READ).close();
        return routing.last().node().equals("reader");
    }

    private void beginReadOnly(int isolation) throws SQLException {
        connection.setReadOnly(true);
        connection.setTransactionIsolation(isolation);
        connection.setAutoCommit(false);
    }

    private void writeElsewhere() throws SQLException {
        try (Connection other = routing.connection();
                Statement writing = other.createStatement()) {
            writing.executeUpdate(WRITE);
        }
    }

    /** Traps 1, 2: a fresh connection answers like the driver's, without touching a pool. */
    @Test
    void aFreshConnectionLooksLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((fresh, noted) -> {
            noted.add(fresh.getAutoCommit());
            noted.add(fresh.isReadOnly());
            noted.add(fresh.getTransactionIsolation());
            noted.add(fresh.getHoldability());
            noted.add(fresh.getNetworkTimeout());
            noted.add(fresh.isClosed());
            noted.add(String.valueOf((Object) fresh.getWarnings()));
            noted.add(fresh.getCatalog());
            noted.add(fresh.getSchema());
        });
    }

    /** Trap 3: a transaction that was not declared read-only runs on the writer, a declared one on the reader. */
    @Test
    void transactionsRunWhereTheyAreDeclaredTo() throws SQLException {
        connection.setAutoCommit(false);
        assertThat(readsFromReader()).isFalse();
        connection.rollback();
        connection.setReadOnly(true);
        assertThat(readsFromReader()).isTrue();
        connection.commit();
    }

    /** Traps 4, 5: turning auto-commit on commits; setting it to what it is does not. */
    @Test
    void turningAutoCommitOnCommits() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            tested.setAutoCommit(false);
            tested.createStatement().executeUpdate(WRITE);
            tested.setAutoCommit(false);
            noted.add(routing.asked("select n from item where id = 1"));
            tested.setAutoCommit(true);
            noted.add(routing.asked("select n from item where id = 1"));
        });
    }

    /** Trap 6: what ends a transaction is refused in auto-commit mode and idle without statements. */
    @Test
    void endingNothingIsLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            noted.add(stateOf(tested::commit));
            noted.add(stateOf(tested::rollback));
            noted.add(stateOf(tested::setSavepoint));
            tested.setAutoCommit(false);
            tested.commit();
            tested.rollback();
        });
    }

    /** Trap 7: a commit that the server refuses is over. */
    @Test
    void aRefusedCommitIsOver() throws SQLException {
        statement.execute("create table if not exists deferred (id int unique deferrable initially deferred)");
        routing.assertLikeTheDriver((tested, noted) -> {
            tested.setAutoCommit(false);
            tested.createStatement().executeUpdate("insert into deferred values (1), (1)");
            noted.add(stateOf(tested::commit));
            noted.add(number(tested, "select count(*) from deferred"));
            tested.rollback();
        });
        routing.awaitReason("select id from deferred", RouteReason.READER_FRESH);
    }

    /** Trap 7: a commit whose connection is lost keeps its tables on the writer until the server has ended the session. */
    @Test
    void aCommitOverALostConnectionIsResolvedByTheServer() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        long pid = number(connection, "select pg_backend_pid()");
        routing.asked("select pg_terminate_backend(" + pid + ")::int");
        assertThat(stateOf(connection::commit)).matches("57P01|08.*");
        connection.close();
        routing.awaitFresh();
        assertThat(number(routing.connection(), "select n from item where id = 1"))
                .isEqualTo(10);
    }

    /** Trap 8: what was rolled back is not there. */
    @Test
    void aRollbackUndoes() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        connection.rollback();
        assertThat(number(connection, "select n from item where id = 1")).isEqualTo(10);
        connection.rollback();
    }

    /** Trap 9: the read-only flag and the isolation level are refused once a transaction has begun. */
    @Test
    void settingsOfTheTransactionAreRefusedWithinIt() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            tested.setAutoCommit(false);
            number(tested, READ);
            noted.add(stateOf(() -> tested.setReadOnly(true)));
            noted.add(stateOf(() -> tested.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE)));
            noted.add(tested.isReadOnly());
            noted.add(tested.getTransactionIsolation());
            tested.rollback();
        });
    }

    /** Trap 10: a write in a read-only transaction is refused by the server, wherever that is. */
    @Test
    void aReadOnlyTransactionRefusesWrites() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            tested.setReadOnly(true);
            tested.setAutoCommit(false);
            noted.add(number(tested, READ));
            noted.add(stateOf(() -> tested.createStatement().executeUpdate(WRITE)));
            noted.add(stateOf(() -> number(tested, READ)));
            tested.rollback();
            noted.add(stateOf(() -> tested.createStatement().executeUpdate(WRITE)));
            tested.rollback();
            noted.add(number(tested, READ));
            tested.rollback();
        });
    }

    /** Trap 11: a statement that the catalog declares to read, but which writes, is repeated as a write. */
    @Test
    void aMisdeclaredWriteReachesTheWriterAndIsKnown() throws SQLException {
        statement.execute("create or replace function writes() returns int language plpgsql volatile as"
                + " 'begin update item set n = 77 where id = 1; return 1; end'");
        statement.execute("create or replace function pretends() returns int language plpgsql stable as"
                + " 'begin return writes(); end'");
        routing.awaitReason("select pretends()", RouteReason.READER_FRESH);
        routing.cluster().reader(0).pauseReplay();
        try (Connection other = routing.connection()) {
            assertThat(number(other, "select pretends()")).isEqualTo(1);
            assertThat(routing.last().reason()).isEqualTo(RouteReason.READER_FAILED);
        } finally {
            try (Connection other = routing.connection()) {
                assertThat(number(other, READ)).isEqualTo(77);
            }
            routing.cluster().reader(0).resumeReplay();
        }
    }

    /** Trap 12: a read-only transaction at READ COMMITTED sees each commit, moving to the writer for it. */
    @Test
    void readCommittedSeesEachCommit() throws SQLException {
        beginReadOnly(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(number(connection, READ)).isEqualTo(10);
        assertThat(routing.last().node()).isEqualTo("reader");
        routing.cluster().reader(0).pauseReplay();
        try {
            writeElsewhere();
            assertThat(number(connection, READ)).isEqualTo(11);
            assertThat(routing.last().node()).isEqualTo("writer");
        } finally {
            routing.cluster().reader(0).resumeReplay();
        }
        assertThat(number(connection, "select count(*) from other")).isZero();
        assertThat(routing.last().reason()).isEqualTo(RouteReason.TRANSACTION_WRITER);
        connection.commit();
    }

    /** Trap 12: a read-only transaction at REPEATABLE READ sees one snapshot, which holds all that came before it. */
    @Test
    void repeatableReadSeesOneSnapshot() throws SQLException {
        writeElsewhere();
        beginReadOnly(Connection.TRANSACTION_REPEATABLE_READ);
        assertThat(number(connection, READ)).isEqualTo(11);
        writeElsewhere();
        assertThat(number(connection, READ)).isEqualTo(11);
        assertThat(number(connection, "select n from item where id = 1")).isEqualTo(11);
        connection.commit();
        assertThat(number(connection, READ)).isEqualTo(12);
        connection.commit();
    }

    /** Trap 12: a snapshot begins on a reader that has all, and stays there. */
    @Test
    void aSnapshotStaysWhereItBegan() throws SQLException {
        beginReadOnly(Connection.TRANSACTION_REPEATABLE_READ);
        await().until(() -> {
            connection.rollback();
            return readsFromReader();
        });
        writeElsewhere();
        assertThat(number(connection, READ)).isEqualTo(10);
        assertThat(routing.last().reason()).isEqualTo(RouteReason.TRANSACTION_READER);
        connection.commit();
    }

    /** Trap 12: SERIALIZABLE is impossible on a standby. */
    @Test
    void serializableRunsOnTheWriter() throws SQLException {
        beginReadOnly(Connection.TRANSACTION_SERIALIZABLE);
        assertThat(number(connection, READ)).isEqualTo(10);
        assertThat(routing.last().reason()).isEqualTo(RouteReason.ISOLATION);
        assertThat(number(connection, "select 1 where current_setting('transaction_isolation') = 'serializable'"))
                .isEqualTo(1);
        connection.commit();
    }

    /** Trap 13: a holdable result outlives the commit and keeps its connection. */
    @Test
    void aHoldableResultOutlivesTheCommit() throws SQLException {
        connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        beginReadOnly(Connection.TRANSACTION_READ_COMMITTED);
        Statement fetching = connection.createStatement();
        fetching.setFetchSize(2);
        ResultSet rows = fetching.executeQuery(READ);
        rows.next();
        connection.commit();
        assertThat(inUse(routing.readerPool())).isEqualTo(1);
        int left = 0;
        while (rows.next()) {
            left++;
        }
        assertThat(left).isEqualTo(4);
        rows.close();
        assertThat(routing.inUse()).isZero();
    }

    /** Trap 14: schema, client info and the like hold on both sides, and on no connection afterwards. */
    @Test
    void whatIsSetHoldsOnBothSidesAndNotAfterwards() throws SQLException {
        statement.execute("create schema if not exists tenant");
        statement.execute("create table if not exists tenant.item (id int, n int)");
        routing.awaitReason("select n from tenant.item", RouteReason.READER_FRESH);
        String pathBefore;
        try (Connection other = routing.connection();
                ResultSet row = other.createStatement().executeQuery("show search_path")) {
            row.next();
            pathBefore = row.getString(1);
        }
        connection.close();
        connection = routing.connection();
        connection.setSchema("tenant");
        connection.setClientInfo("ApplicationName", "trap 14");
        connection.setNetworkTimeout(Runnable::run, 4321);
        routing.awaitReason("select n from tenant.item", RouteReason.READER_FRESH);
        assertThat(number(connection, "select count(*) from item")).isZero();
        assertThat(routing.last().node()).isEqualTo("reader");
        connection.createStatement().executeUpdate("insert into item values (1, 1)");
        assertThat(number(connection, "select count(*) from item")).isEqualTo(1);
        assertThat(number(connection, "select count(*) from pg_stat_activity where application_name = 'trap 14'"))
                .isEqualTo(1);
        connection.createStatement().executeUpdate("delete from item");
        connection.close();
        for (var pool : new javax.sql.DataSource[] {routing.writerPool(), routing.readerPool()}) {
            try (Connection pooled = pool.getConnection();
                    Statement asking = pooled.createStatement();
                    ResultSet row = asking.executeQuery("show search_path")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo(pathBefore);
                assertThat(pooled.getNetworkTimeout()).isZero();
                assertThat(pooled.getClientInfo("ApplicationName")).startsWith("pool-");
            }
        }
    }

    /** Trap 14: client info is replaced as a whole and told as by the driver. */
    @Test
    void clientInfoIsLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            tested.setClientInfo("ApplicationName", "x");
            noted.add(tested.getClientInfo("ApplicationName"));
            tested.setClientInfo(new Properties());
            noted.add(String.valueOf(tested.getClientInfo("ApplicationName")).replace("null", ""));
        });
    }

    /** Traps 15, 16: what changes the session binds it to the writer, and its connection is not used again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "set work_mem = '1MB'",
                "select set_config('work_mem', '1MB', false)",
                "set role app",
                "create temporary table own (id int)",
                "create temp table own as select 1 as id",
                "listen changes",
                "prepare p as select 1",
                "select pg_advisory_lock(1)",
                "select pg_try_advisory_lock_shared(1)",
                "set session characteristics as transaction read only",
                "reset all",
                "discard temp"
            })
    void aChangedSessionIsBoundAndForgotten(String sql) throws SQLException {
        statement.execute(sql);
        long pid = number(connection, "select pg_backend_pid()");
        assertThat(readsFromReader()).isFalse();
        assertThat(routing.last().reason()).isEqualTo(RouteReason.SESSION_PINNED);
        connection.close();
        await().until(() -> routing.asked("select count(*) from pg_stat_activity where pid = " + pid) == 0);
    }

    /** Trap 15: what lasts as long as the transaction binds only that. */
    @Test
    void aSettingOfTheTransactionEndsWithIt() throws SQLException {
        connection.setAutoCommit(false);
        statement.execute("set local work_mem = '1MB'");
        statement.execute("select pg_advisory_xact_lock(7)");
        connection.commit();
        connection.setAutoCommit(true);
        connection.close();
        connection = routing.connection();
        statement = connection.createStatement();
        assertThat(readsFromReader()).isTrue();
    }

    /** Trap 15: a cursor declared by text belongs to its transaction, and with hold to its session. */
    @Test
    void cursorsByTextBelongToTheWriter() throws SQLException {
        connection.setAutoCommit(false);
        statement.execute("declare c cursor with hold for " + READ);
        connection.commit();
        assertThat(number(connection, "fetch 1 from c")).isEqualTo(10);
        assertThat(routing.last().reason()).isEqualTo(RouteReason.SESSION_PINNED);
        connection.rollback();
    }

    /** Trap 16: an advisory lock excludes others. */
    @Test
    void anAdvisoryLockExcludes() throws SQLException {
        assertThat(number(connection, "select pg_try_advisory_lock(16)::int")).isEqualTo(1);
        try (Connection other = routing.connection()) {
            assertThat(number(other, "select pg_try_advisory_lock(16)::int")).isZero();
        }
        connection.close();
        await().untilAsserted(() -> {
            try (Connection other = routing.connection()) {
                assertThat(number(other, "select pg_try_advisory_lock(16)::int"))
                        .isEqualTo(1);
            }
        });
    }

    /** Trap 17: what only the writing session knows is asked of it. */
    @Test
    void theSessionRemembersItsOwnSequenceValues() throws SQLException {
        statement.executeUpdate("insert into keyed (n) values (1)");
        long last = number(connection, "select lastval()");
        assertThat(number(connection, "select currval(pg_get_serial_sequence('keyed', 'id'))"))
                .isEqualTo(last);
        assertThat(number(connection, "select max(id) from keyed")).isEqualTo(last);
        connection.close();
        connection = routing.connection();
        long next = number(connection, "select nextval(pg_get_serial_sequence('keyed', 'id'))");
        assertThat(number(connection, "select lastval()")).isEqualTo(next);
    }

    /** Trap 18: an idle connection holds nothing. */
    @Test
    void anIdleConnectionHoldsNothing() throws SQLException {
        try (ResultSet rows = statement.executeQuery(READ)) {
            assertThat(rows.next()).isTrue();
            assertThat(routing.inUse()).isEqualTo(1);
        }
        assertThat(routing.inUse()).isZero();
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        statement.executeQuery(READ).close();
        assertThat(routing.inUse()).isEqualTo(1);
        connection.commit();
        assertThat(routing.inUse()).isZero();
    }

    /** Trap 20: closing undoes what was not committed, and twice is once. */
    @Test
    void closingRollsBack() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        connection.close();
        connection.close();
        assertThat(connection.isClosed()).isTrue();
        assertThat(statement.isClosed()).isTrue();
        assertThat(routing.inUse()).isZero();
        assertThat(routing.asked("select n from item where id = 1")).isEqualTo(10);
        assertThat(routing.asked("select count(*) from pg_stat_activity where state like 'idle in%'"))
                .isZero();
    }

    /** Trap 21: another thread can break the connection off while a statement runs. */
    @Test
    void abortingEndsARunningStatement() throws Exception {
        ExecutorService another = Executors.newSingleThreadExecutor();
        Future<String> running = another.submit(() -> stateOf(() -> statement.executeQuery("select pg_sleep(60)")));
        await().until(() -> onBothSides("count(*)", "select pg_sleep(60)") == 1);
        connection.abort(Runnable::run);
        assertThat(running.get()).startsWith("08");
        another.shutdown();
        onBothSides("count(pg_terminate_backend(pid))", "select pg_sleep(60)");
        assertThat(connection.isClosed()).isTrue();
        assertThat(stateOf(() -> statement.executeQuery(READ))).isEqualTo("08003");
        assertThat(routing.inUse()).isZero();
    }

    private long onBothSides(String what, String running) throws SQLException {
        String sql = "select " + what + " from pg_stat_activity where state = 'active' and query = '" + running + "'";
        try (Connection admin = routing.cluster().reader(0).adminDataSource().getConnection()) {
            return number(admin, sql) + routing.asked(sql);
        }
    }

    /** Trap 22: another thread can cancel a statement, on whichever side it runs. */
    @Test
    void cancellingReachesTheRunningStatement() throws Exception {
        ExecutorService another = Executors.newSingleThreadExecutor();
        Future<String> running = another.submit(() -> stateOf(() -> statement.executeQuery("select pg_sleep(59)")));
        await().until(() -> onBothSides("count(*)", "select pg_sleep(59)") == 1);
        statement.cancel();
        assertThat(running.get()).isEqualTo("57014");
        another.shutdown();
        assertThat(readsFromReader()).isTrue();
    }

    /** Trap 22: a time limit is the driver's own. */
    @Test
    void theTimeLimitIsLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            Statement limited = tested.createStatement();
            limited.setQueryTimeout(1);
            noted.add(limited.getQueryTimeout());
            noted.add(stateOf(() -> limited.executeQuery("select pg_sleep(60)")));
            noted.add(number(tested, READ));
        });
    }

    /** Trap 23: validity is that of a connection, with none held that of the writer. */
    @Test
    void validityIsTested() throws SQLException {
        assertThat(connection.isValid(1)).isTrue();
        try (ResultSet rows = statement.executeQuery(READ)) {
            assertThat(connection.isValid(1)).isTrue();
            assertThat(rows.next()).isTrue();
        }
        assertThat(failureOf(() -> connection.isValid(-1)).getSQLState()).isEqualTo("22023");
        connection.close();
        assertThat(connection.isValid(1)).isFalse();
    }

    /** Trap 24: warnings are those of the physical connection or statement, and can be cleared. */
    @Test
    void warningsAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            try (Statement warned = tested.createStatement()) {
                warned.execute("do $$ begin raise warning 'careful'; end $$");
                noted.add(warned.getWarnings().getMessage());
                warned.clearWarnings();
                noted.add(String.valueOf((Object) warned.getWarnings()));
                noted.add(String.valueOf((Object) tested.getWarnings()));
                tested.clearWarnings();
            }
        });
    }

    /** Trap 26: what JDBC 4.3 added neither bypasses routing nor fails where it is a hint. */
    @Test
    void newerMethodsDoNotBypassRouting() throws SQLException {
        connection.beginRequest();
        assertThat(readsFromReader()).isTrue();
        connection.endRequest();
        assertThat(stateOf(() -> routing.dataSource().createConnectionBuilder()))
                .isNull();
        assertThat(stateOf(() -> connection.setShardingKey(null))).isNull();
        assertThat(statement.enquoteIdentifier("odd name", false)).isEqualTo("\"odd name\"");
        assertThat(statement.enquoteLiteral("it's")).isEqualTo("'it''s'");
    }
}

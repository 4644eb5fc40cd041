package io.lagwise.routing;

import static io.lagwise.routing.Failures.stateOf;
import static io.lagwise.routing.Failures.stateOrNone;
import static io.lagwise.routing.PostgresRouting.READ;
import static io.lagwise.routing.PostgresRouting.inUse;
import static io.lagwise.routing.PostgresRouting.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PGobject;

/**
 * Traps of statements and results, on real servers.
 *
 * <p>The numbers are those of the table of traps in the JDBC design.
 */
@PostgresReplication(readers = 1, settings = "max_prepared_transactions=4")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatementTrapsIT {
    private static final String WRITE = "update item set n = n + 1 where id = 1";
    private static final String INSERT = "insert into item values (?, ?, ?)";

    private final PostgresRouting routing;
    private Connection connection;
    private Statement statement;

    StatementTrapsIT(PostgresCluster cluster) {
        routing = new PostgresRouting(cluster);
    }

    @BeforeAll
    void prepare() throws SQLException {
        routing.prepare();
        try (Connection setup = routing.connection();
                Statement ddl = setup.createStatement()) {
            ddl.execute("create table blobs (id int primary key, data bytea, large oid)");
            ddl.execute("create function twice(x int) returns int language sql immutable as 'select 2 * x'");
            ddl.execute("create procedure bump(inout x int) language plpgsql as"
                    + " 'begin update item set n = n + x where id = 1; x := x + 1; end'");
        }
        routing.awaitFresh();
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

    private String node() {
        return routing.last().node();
    }

    private void beginReadOnly() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
    }

    /** Trap 28: a prepared statement is placed when it runs, not when it is prepared. */
    @Test
    void aPreparedStatementIsPlacedAnewForEachRun() throws SQLException {
        PreparedStatement read = connection.prepareStatement("select n from item where id = ?");
        read.setInt(1, 1);
        read.executeQuery().close();
        assertThat(node()).isEqualTo("reader");
        routing.cluster().reader(0).pauseReplay();
        try {
            try (Connection other = routing.connection()) {
                other.createStatement().executeUpdate(WRITE);
            }
            try (ResultSet row = read.executeQuery()) {
                assertThat(node()).isEqualTo("writer");
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isEqualTo(11);
            }
        } finally {
            routing.cluster().reader(0).resumeReplay();
        }
        routing.awaitFresh();
        read.executeQuery().close();
        assertThat(node()).isEqualTo("reader");
    }

    /** Trap 29: what is asked before a statement runs is answered as by the driver. */
    @Test
    void questionsBeforeTheRunAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            PreparedStatement read = tested.prepareStatement("select n, name from item where id = ?");
            noted.add(read.getMetaData().getColumnName(2));
            noted.add(read.getParameterMetaData().getParameterTypeName(1));
            noted.add(read.getMaxFieldSize());
            noted.add(read.getFetchSize());
            noted.add(read.getUpdateCount());
            noted.add(read.getMoreResults());
            noted.add(read.isPoolable());
            noted.add(tested.createStatement().isPoolable());
            noted.add(read.getResultSetHoldability());
            noted.add(read.getConnection().getMetaData().getDriverName());
            noted.add(read.isWrapperFor(PGStatement.class));
            read.setInt(1, 3);
            try (ResultSet row = read.executeQuery()) {
                noted.add(row.next());
                noted.add(row.getString("name"));
                noted.add(row.getMetaData().getColumnCount());
            }
        });
    }

    /** Trap 30: streams are read once, whichever side they go to. */
    @Test
    void streamsAreSent() throws SQLException {
        PreparedStatement insert = connection.prepareStatement("insert into blobs (id, data) values (?, ?)");
        insert.setInt(1, 1);
        insert.setBinaryStream(2, new ByteArrayInputStream(new byte[] {1, 2, 3}));
        assertThat(insert.executeUpdate()).isEqualTo(1);
        connection.close();
        connection = routing.connection();
        routing.awaitReason("select data from blobs", RouteReason.READER_FRESH);
        PreparedStatement read = connection.prepareStatement("select id from blobs where data = ?");
        read.setBinaryStream(1, new ByteArrayInputStream(new byte[] {1, 2, 3}));
        try (ResultSet row = read.executeQuery()) {
            assertThat(row.next()).isTrue();
        }
        assertThat(node()).isEqualTo("reader");
        PreparedStatement named = connection.prepareStatement("select id from item where name = ?");
        named.setCharacterStream(1, new StringReader("item 2"));
        try (ResultSet row = named.executeQuery()) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(2);
        }
        connection.createStatement().executeUpdate("delete from blobs");
    }

    /** Trap 31: arrays go with a read to the reader. */
    @Test
    void arraysAreSentToTheReader() throws SQLException {
        PreparedStatement read = connection.prepareStatement("select count(*) from item where id = any (?)");
        read.setArray(1, connection.createArrayOf("int4", new Object[] {1, 2, 99}));
        try (ResultSet row = read.executeQuery()) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(2);
        }
        assertThat(node()).isEqualTo("reader");
        assertThat(routing.inUse()).isZero();
    }

    /** Trap 31: what the driver cannot make it refuses here too. */
    @Test
    void unsupportedObjectsAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            noted.add(stateOf(tested::createBlob));
            noted.add(stateOf(tested::createClob));
            noted.add(stateOf(tested::createNClob));
            noted.add(stateOf(() -> tested.createStruct("x", new Object[0])));
            noted.add(tested.createSQLXML() != null);
            noted.add(tested.nativeSQL("{fn now()}"));
        });
    }

    /** Trap 32: execute tells results and counts one after the other. */
    @Test
    void executeIsLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            Statement any = tested.createStatement();
            noted.add(any.execute(READ));
            try (ResultSet rows = any.getResultSet()) {
                noted.add(rows.next());
                noted.add(any.getUpdateCount());
            }
            noted.add(any.getMoreResults());
            noted.add(any.getUpdateCount());
            noted.add(any.execute(WRITE));
            noted.add(any.getUpdateCount());
            noted.add(String.valueOf(any.getResultSet()));
            noted.add(any.getMoreResults());
            noted.add(any.getUpdateCount());
            noted.add(any.executeUpdate(WRITE));
            noted.add(any.getLargeUpdateCount());
            noted.add(stateOf(() -> any.executeQuery(WRITE)));
            noted.add(stateOf(() -> any.executeUpdate(READ)));
            noted.add(number(tested, READ));
        });
    }

    /** Trap 43: a text of several statements runs as one, on the writer, with all its results. */
    @Test
    void severalStatementsAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            Statement any = tested.createStatement();
            noted.add(any.execute(READ + "; " + WRITE + "; select 7"));
            ResultSet first = any.getResultSet();
            noted.add(first.next());
            noted.add(any.getMoreResults(Statement.KEEP_CURRENT_RESULT));
            noted.add(first.isClosed());
            noted.add(any.getUpdateCount());
            noted.add(any.getMoreResults());
            ResultSet second = any.getResultSet();
            noted.add(second.next());
            noted.add(second.getInt(1));
            noted.add(any.getMoreResults(Statement.CLOSE_ALL_RESULTS));
            noted.add(first.isClosed());
            noted.add(second.isClosed());
            noted.add(any.getUpdateCount());
        });
    }

    /** Trap 33: everything leads back to the logical objects. */
    @Test
    void objectsLeadBackToTheLogicalOnes() throws SQLException {
        PreparedStatement read = connection.prepareStatement(READ);
        ResultSet rows = read.executeQuery();
        assertThat(rows.getStatement()).isSameAs(read);
        assertThat(read.getConnection()).isSameAs(connection);
        assertThat(read.getResultSet()).isSameAs(rows);
        assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
        assertThat(rows.unwrap(ResultSet.class)).isSameAs(rows);
        assertThat(read.unwrap(PreparedStatement.class)).isSameAs(read);
        assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
        rows.getStatement().getConnection().close();
        assertThat(connection.isClosed()).isTrue();
        assertThat(rows.isClosed()).isTrue();
        assertThat(routing.inUse()).isZero();
    }

    /** Trap 35: metadata answers like the driver's; its results keep their connection and decide nothing. */
    @Test
    void metadataIsLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            var metaData = tested.getMetaData();
            noted.add(metaData.getURL());
            noted.add(metaData.getUserName());
            noted.add(metaData.getDatabaseProductVersion());
            noted.add(metaData.supportsBatchUpdates());
            noted.add(metaData.supportsResultSetType(ResultSet.TYPE_SCROLL_SENSITIVE));
            noted.add(metaData.getDefaultTransactionIsolation());
            noted.add(metaData.isReadOnly());
            try (ResultSet columns = metaData.getColumns(null, "public", "item", "%")) {
                while (columns.next()) {
                    noted.add(columns.getString("COLUMN_NAME"));
                }
            }
            try (ResultSet keys = metaData.getPrimaryKeys(null, "public", "item")) {
                noted.add(keys.next());
            }
        });
        beginReadOnly();
        connection.getMetaData().getTables(null, "public", "item", null).close();
        statement.executeQuery(READ).close();
        assertThat(node()).isEqualTo("reader");
        connection.commit();
    }

    /** Trap 36: through the driver's own connection anything can be written; all of it is found by later reads. */
    @Test
    void copyThroughTheDriversConnectionIsSeen() throws Exception {
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        copy.copyIn("copy other from stdin", new StringReader("1\t1\n2\t2\n"));
        assertThat(number(connection, "select count(*) from other")).isEqualTo(2);
        assertThat(routing.last().reason()).isEqualTo(RouteReason.SESSION_PINNED);
        try (Connection second = routing.connection()) {
            assertThat(number(second, "select count(*) from other")).isEqualTo(2);
            assertThat(routing.last().reason()).isEqualTo(RouteReason.WRITE_IN_FLIGHT);
        }
        connection.close();
        routing.awaitFresh();
        try (Connection second = routing.connection()) {
            assertThat(number(second, "select count(*) from other")).isEqualTo(2);
            assertThat(node()).isEqualTo("reader");
        }
    }

    /** Trap 37: large objects are written in a transaction of the writer, and what is written through them is seen. */
    @Test
    void largeObjectsAreWrittenAndSeen() throws SQLException {
        connection.setAutoCommit(false);
        PreparedStatement insert = connection.prepareStatement("insert into blobs (id, large) values (2, ?)");
        insert.setBlob(1, new ByteArrayInputStream("old".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        insert.executeUpdate();
        connection.commit();
        routing.awaitReason("select large from blobs", RouteReason.READER_FRESH);
        routing.cluster().reader(0).pauseReplay();
        try {
            try (ResultSet row = connection.createStatement().executeQuery("select large from blobs where id = 2")) {
                row.next();
                Blob blob = row.getBlob(1);
                blob.setBytes(1, "new".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                blob.free();
            }
            connection.commit();
            try (Connection reading = routing.connection()) {
                reading.setReadOnly(true);
                reading.setAutoCommit(false);
                try (ResultSet row = reading.createStatement().executeQuery("select large from blobs where id = 2")) {
                    row.next();
                    assertThat(row.getBlob(1).getBytes(1, 3)).asString().isEqualTo("new");
                }
                reading.commit();
            }
        } finally {
            routing.cluster().reader(0).resumeReplay();
        }
        connection.createStatement().executeUpdate("delete from blobs");
        connection.commit();
    }

    /** Trap 38: generated keys come from the statement that ran. */
    @Test
    void generatedKeysAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            PreparedStatement insert =
                    tested.prepareStatement("insert into keyed (n) values (?)", Statement.RETURN_GENERATED_KEYS);
            long first = 0;
            for (int n = 1; n <= 2; n++) {
                insert.setInt(1, n);
                noted.add(insert.executeUpdate());
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    noted.add(keys.next());
                    noted.add(n == 1 ? 1L : keys.getLong("id") - first);
                    first = keys.getLong("id");
                }
            }
            Statement text = tested.createStatement();
            noted.add(text.executeUpdate("insert into keyed (n) values (3)", new String[] {"n"}));
            try (ResultSet keys = text.getGeneratedKeys()) {
                noted.add(keys.next());
                noted.add(keys.getInt(1));
            }
            text.executeUpdate(WRITE);
            try (ResultSet keys = text.getGeneratedKeys()) {
                noted.add(keys.next());
            }
        });
    }

    /** Trap 39: a write with a result is a write. */
    @Test
    void aWriteWithAResultIsLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            try (ResultSet row = tested.createStatement().executeQuery(WRITE + " returning n")) {
                noted.add(row.next());
                noted.add(row.getInt(1));
            }
            try (ResultSet row =
                    tested.createStatement().executeQuery("with w as (" + WRITE + " returning n) select n from w")) {
                noted.add(row.next());
                noted.add(row.getInt(1));
            }
            noted.add(number(tested, READ));
        });
    }

    private static void addRow(PreparedStatement insert, int id) throws SQLException {
        insert.setInt(1, id);
        insert.setInt(2, id);
        insert.setString(3, "row " + id);
        insert.addBatch();
    }

    /** Trap 40: batches answer like the driver's. */
    @Test
    void batchesAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            PreparedStatement insert = tested.prepareStatement(INSERT);
            for (int id = 10; id < 13; id++) {
                addRow(insert, id);
            }
            noted.add(Arrays.toString(insert.executeBatch()));
            noted.add(Arrays.toString(insert.executeBatch()));
            Statement texts = tested.createStatement();
            texts.addBatch("update item set n = 0 where id > 10");
            texts.addBatch("delete from item where id = 1");
            noted.add(Arrays.toString(texts.executeBatch()));
            texts.addBatch(READ);
            noted.add(stateOrNone(texts::executeBatch));
            texts.addBatch(WRITE);
            texts.clearBatch();
            noted.add(Arrays.toString(texts.executeBatch()));
            noted.add(number(tested, "select sum(n) from item"));
        });
    }

    /** Trap 40: a batch that fails half-way tells the driver's counts, and what it left is seen. */
    @Test
    void aBatchThatFailsIsLikeTheDrivers() throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            routing.assertLikeTheDriver((tested, noted) -> {
                tested.setAutoCommit(autoCommit);
                PreparedStatement insert = tested.prepareStatement(INSERT);
                addRow(insert, 10);
                addRow(insert, 1);
                addRow(insert, 11);
                noted.add(Outcome.describe(Failures.failureOf(insert::executeBatch)));
                if (!autoCommit) {
                    noted.add(stateOf(() -> number(tested, READ)));
                    tested.rollback();
                }
                addRow(insert, 12);
                noted.add(Arrays.toString(insert.executeBatch()));
                noted.add(number(tested, "select count(*) from item"));
                if (!autoCommit) {
                    tested.commit();
                }
            });
        }
    }

    /** Trap 40: values that change while a batch is being filled are sent as they were. */
    @Test
    void changingValuesAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            PreparedStatement insert = tested.prepareStatement("insert into item values (?, ?, ?)");
            PGobject name = new PGobject();
            name.setType("text");
            Timestamp time = new Timestamp(0);
            for (int id = 10; id < 12; id++) {
                name.setValue("object " + id);
                time.setTime(id * 1000L);
                insert.setInt(1, id);
                insert.setLong(2, time.getTime() / 1000);
                insert.setObject(3, name);
                insert.addBatch();
            }
            insert.executeBatch();
            try (ResultSet rows =
                    tested.createStatement().executeQuery("select name || n from item where id >= 10 order by id")) {
                while (rows.next()) {
                    noted.add(rows.getString(1));
                }
            }
        });
    }

    /** Trap 41: the large variants work. */
    @Test
    void largeVariantsAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            PreparedStatement insert = tested.prepareStatement(INSERT);
            addRow(insert, 10);
            noted.add(Arrays.toString(insert.executeLargeBatch()));
            insert.setInt(1, 11);
            noted.add(insert.executeLargeUpdate());
            Statement text = tested.createStatement();
            noted.add(text.executeLargeUpdate(WRITE));
            noted.add(text.getLargeUpdateCount());
            text.setLargeMaxRows(2);
            noted.add(text.getLargeMaxRows());
            int rows = 0;
            try (ResultSet limited = text.executeQuery(READ)) {
                while (limited.next()) {
                    rows++;
                }
            }
            noted.add(rows);
        });
    }

    /** Trap 42: procedures and functions run on the writer; what they write is found by later reads. */
    @Test
    void callsAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            try (CallableStatement function = tested.prepareCall("{? = call twice(?)}")) {
                function.registerOutParameter(1, Types.INTEGER);
                function.setInt(2, 21);
                noted.add(function.execute());
                noted.add(function.getInt(1));
                noted.add(function.getConnection() == tested);
                function.setInt(2, 4);
                function.execute();
                noted.add(function.getInt(1));
            }
            try (CallableStatement procedure = tested.prepareCall("call bump(?)")) {
                procedure.setInt(1, 5);
                procedure.registerOutParameter(1, Types.INTEGER);
                procedure.execute();
                noted.add(procedure.getInt(1));
            }
            noted.add(number(tested, READ));
        });
        routing.cluster().reader(0).pauseReplay();
        try {
            try (CallableStatement procedure = connection.prepareCall("call bump(5)")) {
                procedure.execute();
            }
            try (Connection second = routing.connection()) {
                assertThat(number(second, READ)).isEqualTo(15);
            }
        } finally {
            routing.cluster().reader(0).resumeReplay();
        }
    }

    /** Trap 44: a transaction controlled by text works, and its writes are found once its session is over. */
    @Test
    void aTransactionByTextIsFollowedByItsSession() throws SQLException {
        statement.execute("/* by hand */ begin");
        statement.executeUpdate(WRITE);
        try (Connection second = routing.connection()) {
            assertThat(number(second, READ)).isEqualTo(10);
        }
        statement.execute("commit");
        try (Connection second = routing.connection()) {
            assertThat(number(second, READ)).isEqualTo(11);
            assertThat(routing.last().reason()).isEqualTo(RouteReason.WRITE_IN_FLIGHT);
        }
        connection.close();
        routing.awaitFresh();
    }

    /** Trap 44: a transaction left open by text is undone with its connection. */
    @Test
    void aTransactionByTextEndsWithItsConnection() throws SQLException {
        statement.execute("begin");
        statement.executeUpdate(WRITE);
        connection.close();
        routing.awaitFresh();
        try (Connection second = routing.connection()) {
            assertThat(number(second, READ)).isEqualTo(10);
        }
    }

    /** Trap 44: the second phase of a prepared transaction is a commit of anything. */
    @Test
    void aPreparedTransactionIsSeenWhenItIsCommitted() throws SQLException {
        connection.setAutoCommit(false);
        statement.executeUpdate(WRITE);
        statement.execute("prepare transaction 'trap 44'");
        connection.rollback();
        connection.close();
        routing.awaitFresh();
        routing.cluster().reader(0).pauseReplay();
        try (Connection second = routing.connection();
                Connection third = routing.connection()) {
            assertThat(number(third, READ)).isEqualTo(10);
            second.createStatement().execute("commit prepared 'trap 44'");
            assertThat(number(third, READ)).isEqualTo(11);
        } finally {
            routing.cluster().reader(0).resumeReplay();
        }
    }

    /** Trap 46: an aborted transaction stays where it is until it is rolled back. */
    @Test
    void anAbortedTransactionIsLikeTheDrivers() throws SQLException {
        for (boolean readOnly : new boolean[] {true, false}) {
            routing.assertLikeTheDriver((tested, noted) -> {
                tested.setReadOnly(readOnly);
                tested.setAutoCommit(false);
                noted.add(number(tested, READ));
                noted.add(stateOf(() -> number(tested, "select 1 / 0")));
                noted.add(stateOf(() -> number(tested, READ)));
                noted.add(stateOrNone(tested::commit));
                tested.rollback();
                noted.add(number(tested, READ));
                tested.rollback();
            });
        }
    }

    /** Trap 47: savepoints answer like the driver's. */
    @Test
    void savepointsAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            tested.setAutoCommit(false);
            Savepoint first = tested.setSavepoint("first");
            noted.add(first.getSavepointName());
            tested.createStatement().executeUpdate(WRITE);
            Savepoint second = tested.setSavepoint();
            tested.createStatement().executeUpdate(WRITE);
            tested.rollback(second);
            noted.add(number(tested, READ));
            noted.add(stateOf(() -> number(tested, "select 1 / 0")));
            tested.rollback(first);
            noted.add(number(tested, READ));
            tested.releaseSavepoint(first);
            noted.add(stateOf(() -> tested.rollback(first)));
            tested.rollback();
            tested.setReadOnly(true);
            noted.add(number(tested, READ));
            Savepoint third = tested.setSavepoint();
            noted.add(stateOf(() -> number(tested, "select 1 / 0")));
            tested.rollback(third);
            noted.add(number(tested, READ));
            tested.commit();
        });
    }

    /** Trap 48: rows that are fetched step by step pin their connection, beside which others can be read. */
    @Test
    void fetchedRowsPinTheirConnection() throws SQLException {
        statement.executeUpdate("insert into other select i, i from generate_series(1, 1000) i");
        connection.close();
        connection = routing.connection();
        routing.awaitReason("select id from other", RouteReason.READER_FRESH);
        routing.forgetDecisions();
        beginReadOnly();
        statement = connection.createStatement();
        statement.setFetchSize(10);
        int count = 0;
        try (ResultSet rows = statement.executeQuery("select id from other order by id")) {
            while (rows.next()) {
                count++;
                assertThat(rows.getInt(1)).isEqualTo(count);
                if (count % 250 == 0) {
                    assertThat(number(connection, READ)).isEqualTo(10);
                }
            }
        }
        assertThat(count).isEqualTo(1000);
        assertThat(routing.nodes()).containsOnly("reader");
        connection.commit();
    }

    /** Traps 48, 12: a transaction that moves to the writer keeps the rows that it is fetching. */
    @Test
    void movingToTheWriterKeepsFetchedRows() throws SQLException {
        beginReadOnly();
        statement.setFetchSize(1);
        try (ResultSet rows = statement.executeQuery(READ)) {
            assertThat(rows.next()).isTrue();
            routing.cluster().reader(0).pauseReplay();
            try (Connection other = routing.connection()) {
                other.createStatement().executeUpdate(WRITE);
                assertThat(number(connection, READ)).isEqualTo(11);
                assertThat(node()).isEqualTo("writer");
                assertThat(routing.inUse()).isEqualTo(3);
                int left = 0;
                while (rows.next()) {
                    left++;
                }
                assertThat(left).isEqualTo(4);
            } finally {
                routing.cluster().reader(0).resumeReplay();
            }
        }
        connection.commit();
        assertThat(routing.inUse()).isZero();
    }

    /** Trap 49: two open results and a write beside them. */
    @Test
    void openResultsOutliveAWrite() throws SQLException {
        ResultSet first = statement.executeQuery(READ);
        ResultSet second = connection.createStatement().executeQuery("select id from item order by id");
        connection.createStatement().executeUpdate(WRITE);
        for (int i = 1; i <= 5; i++) {
            assertThat(first.next() && second.next()).isTrue();
            assertThat(first.getInt(1)).isEqualTo(second.getInt(1) * 10);
        }
        assertThat(number(connection, READ)).isEqualTo(11);
        first.close();
        assertThat(inUse(routing.readerPool())).isEqualTo(1);
        second.close();
        assertThat(inUse(routing.readerPool())).isZero();
    }

    /** Trap 50: what closes what is as with the driver. */
    @Test
    void closingIsLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            Statement any = tested.createStatement();
            ResultSet first = any.executeQuery(READ);
            ResultSet second = any.executeQuery(READ);
            noted.add(first.isClosed());
            noted.add(second.isClosed());
            any.closeOnCompletion();
            noted.add(any.isCloseOnCompletion());
            noted.add(any.isClosed());
            second.close();
            noted.add(any.isClosed());
            noted.add(stateOf(() -> any.executeQuery(READ)));
            Statement another = tested.createStatement();
            ResultSet third = another.executeQuery(READ);
            another.close();
            noted.add(third.isClosed());
            noted.add(stateOrNone(third::next));
            noted.add(stateOrNone(third::getStatement));
            PreparedStatement prepared = tested.prepareStatement(READ);
            prepared.close();
            noted.add(stateOrNone(prepared::executeQuery));
            noted.add(stateOrNone(prepared::getMoreResults));
        });
    }

    /** Trap 51: limits, types and directions are carried. */
    @Test
    void settingsOfStatementsAreLikeTheDrivers() throws SQLException {
        routing.assertLikeTheDriver((tested, noted) -> {
            Statement scrolling = tested.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
            scrolling.setMaxRows(3);
            scrolling.setMaxFieldSize(4);
            scrolling.setFetchDirection(ResultSet.FETCH_REVERSE);
            scrolling.setEscapeProcessing(false);
            try (ResultSet rows = scrolling.executeQuery("select name from item order by id")) {
                noted.add(rows.last());
                noted.add(rows.getRow());
                noted.add(rows.getString(1));
                noted.add(rows.previous());
                noted.add(rows.getType());
                noted.add(rows.getFetchDirection());
            }
            noted.add(scrolling.getMaxRows());
            noted.add(scrolling.getMaxFieldSize());
            noted.add(scrolling.getFetchDirection());
            noted.add(scrolling.getResultSetType());
            noted.add(scrolling.getResultSetConcurrency());
            noted.add(stateOf(() -> scrolling.executeQuery("select {fn now()}")));
            noted.add(stateOf(() -> tested.createStatement().setMaxRows(-1)));
            noted.add(stateOf(() -> tested.createStatement().setFetchSize(-1)));
            noted.add(stateOf(() -> tested.createStatement().setQueryTimeout(-1)));
            noted.add(stateOf(() -> tested.createStatement().setFetchDirection(1)));
        });
    }

    /** Trap 51: rows are changed through a result on the writer, and later reads find the change. */
    @Test
    void updatableResultsRunOnTheWriter() throws SQLException {
        routing.cluster().reader(0).pauseReplay();
        try {
            Statement updatable = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE);
            try (ResultSet rows = updatable.executeQuery("select id, n from item where id = 1")) {
                assertThat(routing.last().reason()).isEqualTo(RouteReason.WRITE_INTENT);
                rows.next();
                rows.updateInt(2, 99);
                rows.updateRow();
            }
            try (Connection second = routing.connection()) {
                assertThat(number(second, READ)).isEqualTo(99);
            }
        } finally {
            routing.cluster().reader(0).resumeReplay();
        }
    }

    /** Trap 52: a plan that the server keeps does not outlive a change of the table. */
    @Test
    void aKeptPlanSurvivesAChangeOfTheTable() throws SQLException {
        statement.execute("create table if not exists changing (id int)");
        connection.close();
        connection = routing.connection();
        routing.awaitReason("select * from changing", RouteReason.READER_FRESH);
        PreparedStatement read = connection.prepareStatement("select * from changing");
        for (int i = 0; i < 8; i++) {
            read.executeQuery().close();
        }
        assertThat(node()).isEqualTo("reader");
        try (Connection other = routing.connection()) {
            other.createStatement().execute("alter table changing add column more int");
        }
        routing.awaitReason("select * from changing", RouteReason.READER_FRESH);
        try (ResultSet rows = read.executeQuery()) {
            assertThat(rows.getMetaData().getColumnCount()).isEqualTo(2);
        }
        assertThat(node()).isEqualTo("reader");
        connection.createStatement().execute("drop table changing");
    }

    /** Trap 53: a read whose reader ends the session is repeated on the writer, and the reader comes back. */
    @Test
    void aReadSurvivesTheEndOfItsReadersSession() throws SQLException {
        statement.executeQuery(READ).close();
        assertThat(node()).isEqualTo("reader");
        try (Connection admin = routing.cluster().reader(0).adminDataSource().getConnection()) {
            number(
                    admin,
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                            + " where application_name = 'pool-reader' and usename = 'app'");
        }
        assertThat(number(connection, READ)).isEqualTo(10);
        routing.awaitFresh();
        await().until(() -> {
            statement.executeQuery(READ).close();
            return node().equals("reader");
        });
    }

    /** Trap 54: a closed statement refuses everything. */
    @Test
    void closedStatementsRefuseEverything() throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(INSERT);
        prepared.close();
        prepared.close();
        assertThat(stateOf(prepared::clearParameters)).isEqualTo("55000");
        assertThat(stateOf(() -> prepared.setInt(1, 1))).isEqualTo("55000");
        assertThat(stateOf(prepared::executeBatch)).isEqualTo("55000");
        assertThat(stateOf(prepared::getGeneratedKeys)).isEqualTo("55000");
        assertThat(stateOf(() -> prepared.unwrap(PGStatement.class))).isEqualTo("55000");
    }

    /** Trap 54: a statement of a closed connection refuses everything. */
    @Test
    void statementsOfAClosedConnectionRefuseEverything() throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(INSERT);
        connection.close();
        assertThat(prepared.isClosed()).isTrue();
        assertThat(stateOf(prepared::getMoreResults)).isEqualTo("08003");
        assertThat(stateOf(prepared::clearParameters)).isEqualTo("08003");
        assertThat(stateOf(() -> prepared.setInt(1, 1))).isEqualTo("08003");
        assertThat(stateOf(prepared::addBatch)).isEqualTo("08003");
        assertThat(stateOf(prepared::getConnection)).isEqualTo("08003");
        prepared.close();
    }
}

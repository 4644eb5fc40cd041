package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.testkit.MariaDbServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** Every statement that is called a read is one to MariaDB too: refused nowhere, without locks or changes. */
class MariaDbReadOnlyIT {
    private static final String SCHEMA =
            """
            CREATE TABLE orders (id int PRIMARY KEY, customer_id int, status varchar(20), total int, note text, doc json,
              name_x varchar(20) CHARACTER SET utf8mb4, created_at timestamp, owner varchar(80),
              user varchar(80), KEY ix_status (status)) PARTITION BY HASH (id) PARTITIONS 2;
            CREATE TABLE customers (id int PRIMARY KEY, name text);
            CREATE TABLE employees (id int PRIMARY KEY, manager_id int);
            CREATE TABLE `select` (`from` int);
            CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int);
            CREATE SEQUENCE numbers;
            INSERT INTO customers VALUES (1, 'a'); INSERT INTO employees VALUES (1, NULL), (2, 1);
            INSERT INTO `select` VALUES (1); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); INSERT INTO c VALUES (1);
            INSERT INTO orders VALUES (1, 1, 'a', 5, 'x', '{"a": 1}', 'abc', now(), 'app', 'app'),
              (2, 1, 'b', 6, 'y', '[1]', '', now(), '', '')""";

    private static MariaDbServer server;

    @BeforeAll
    static void start() throws SQLException {
        server = MariaDbServer.builder().database("shop").start();
        try (Connection connection = connect(server.username(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(SCHEMA);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Connection connect(String user, String password) throws SQLException {
        MariaDbDataSource source = new MariaDbDataSource(server.jdbcUrl() + "?allowMultiQueries=true");
        source.setUser(user);
        source.setPassword(password);
        return source.getConnection();
    }

    static Stream<Corpus.Row> reads() {
        SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.MARIADB);
        return Corpus.of(Dialect.MARIADB).stream()
                .filter(row -> analyzer.analyze(row.sql()).readOnly());
    }

    @ParameterizedTest
    @MethodSource("reads")
    void readsAreNotRefusedAndChangeNothing(Corpus.Row row) throws SQLException {
        String before = content();
        try (Connection connection = connect(server.username(), server.password())) {
            readOnly(connection, row);
            run(connection, row);
        }
        assertThat(content()).isEqualTo(before);
    }

    private static void readOnly(Connection connection, Corpus.Row row) throws SQLException {
        try (Statement control = connection.createStatement()) {
            control.execute("START TRANSACTION READ ONLY");
            run(connection, row);
            assertThat(lockedBy(control)).as("rows locked").isEqualTo("0");
            control.execute("COMMIT");
        }
    }

    private static void run(Connection connection, Corpus.Row row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(row.sql())) {
            bind(statement, row.sql());
            for (boolean more = statement.execute(); more; more = statement.getMoreResults()) {
                drain(statement.getResultSet());
            }
        } catch (SQLException failure) {
            throw new AssertionError(row.id() + ": " + failure.getMessage(), failure);
        }
    }

    /** Paging takes numbers and nothing else; where a string is wanted a number will do. */
    private static void bind(PreparedStatement statement, String sql) throws SQLException {
        int parameters = (int) sql.chars().filter(c -> c == '?').count();
        for (int i = 1; i <= parameters; i++) {
            statement.setInt(i, i);
        }
    }

    private static void drain(ResultSet rows) throws SQLException {
        while (rows.next()) {
            rows.getObject(1);
        }
    }

    private static String lockedBy(Statement own) throws SQLException {
        String id = single(own, "SELECT connection_id()");
        try (Connection connection = connect("root", "");
                Statement statement = connection.createStatement()) {
            return single(
                    statement,
                    "SELECT coalesce(sum(trx_rows_locked), 0) FROM information_schema.innodb_trx"
                            + " WHERE trx_mysql_thread_id = " + id);
        }
    }

    /** All tables and the sequence, row by row. */
    private static String content() throws SQLException {
        List<String> content = new ArrayList<>();
        try (Connection connection = connect("root", "");
                Statement statement = connection.createStatement()) {
            for (String table : List.of("orders", "customers", "employees", "`select`", "a", "b", "c", "numbers")) {
                content.add(single(statement, "CHECKSUM TABLE " + table + " EXTENDED"));
            }
            content.add(single(statement, "SELECT count(*) FROM information_schema.tables"));
        }
        return content.toString();
    }

    private static String single(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(row.getMetaData().getColumnCount());
        }
    }

    @Test
    void whatIsCheckedWouldBeNoticed() throws SQLException {
        String before = content();
        try (Connection connection = connect(server.username(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            statement.executeQuery("SELECT * FROM a LOCK IN SHARE MODE");
            assertThat(lockedBy(statement)).isNotEqualTo("0");
            statement.execute("COMMIT");
            statement.execute("UPDATE a SET x = 2");
            assertThat(content()).isNotEqualTo(before);
            statement.execute("UPDATE a SET x = 1; SELECT NEXTVAL(numbers)");
            assertThat(content()).isNotEqualTo(before);
        }
    }
}

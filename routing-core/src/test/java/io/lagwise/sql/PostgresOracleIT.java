package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the analyzer says of each statement of the corpus, beside what PostgreSQL itself finds.
 *
 * <p>The server analyses the body of a {@code BEGIN ATOMIC} function and records the tables it depends on. Tables and columns
 * that a statement names are made as the server misses them; a statement that it does not accept even then is left out,
 * and counted.
 */
@PostgresReplication(readers = 1)
class PostgresOracleIT {
    private static final int MOST_ATTEMPTS = 40;
    private static final int LEAST_COMPARED = 170;
    private static final int LEAST_RUN = 120;
    private static final int LEAST_ANSWERED = 90;

    private static final List<String> SCHEMA = List.of(
            "create table if not exists orders (id int, customer_id int, status text, total numeric, created timestamp, note text,"
                    + " data jsonb, user_id int, amount numeric, created_at timestamptz, name text, region text, n int)",
            "create table if not exists customers (id int, name text, region text, email text)",
            "create table if not exists order_items (id int, order_id int, product_id int, quantity int, price numeric)",
            "create table if not exists products (id int, name text, price numeric)",
            "create table if not exists employees (id int, name text, manager_id int)",
            "create table if not exists users (id int, name text, email text)",
            "create table if not exists kv (k text, v text, n int)",
            "create table if not exists t (id int, a int, b int, c text, n int, x int)",
            "create sequence if not exists seq",
            "create sequence if not exists orders_id_seq");

    private static final Pattern RELATION = Pattern.compile("relation \"(.+?)\" does not exist");
    private static final Pattern COLUMN =
            Pattern.compile("column (?:\"?(\\w+)\"?\\.)?\"?(\\w+)\"? (?:of relation .*)?does not exist");
    private static final Pattern SCHEMA_NAME = Pattern.compile("schema \"(.+?)\" does not exist");

    private static final String DEPENDENCIES =
            """
            SELECT DISTINCT n.nspname, c.relname
              FROM pg_depend d JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE d.classid = 'pg_proc'::regclass AND d.objid = 'oracle'::regproc
               AND d.refclassid = 'pg_class'::regclass AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
               AND n.nspname NOT IN ('pg_catalog', 'information_schema')""";

    private final PostgresCluster cluster;
    private final SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.POSTGRESQL);

    PostgresOracleIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    private static List<Corpus.Row> rows() {
        return Corpus.all(Dialect.POSTGRESQL).stream()
                .filter(row -> !row.generated() && !row.sql().contains("??"))
                .toList();
    }

    /** Any marker stands for NULL, which is of every type. */
    private static String withoutMarkers(String sql) {
        String text = sql.strip();
        return (text.endsWith(";") ? text.substring(0, text.length() - 1) : text).replace("?", "NULL");
    }

    @Test
    void theTablesAreThoseThatTheServerFinds() throws SQLException {
        List<String> differences = new ArrayList<>();
        int compared = 0;
        try (Connection connection = cluster.writer().adminDataSource().getConnection()) {
            connection.setAutoCommit(false);
            for (Corpus.Row row : rows()) {
                Set<String> found = foundByServer(connection, row);
                connection.rollback();
                if (found == null) {
                    continue;
                }
                compared++;
                Set<String> named = named(connection, analyzer.analyze(row.sql()));
                if (!named.equals(found)) {
                    differences.add(row + "\n  server: " + found + ", analyzer: " + named);
                }
                connection.rollback();
            }
        }
        System.out.println("compared with the server: " + compared + " of " + rows().size() + " statements");
        assertThat(differences).isEmpty();
        assertThat(compared).isGreaterThan(LEAST_COMPARED);
    }

    private static @Nullable Set<String> foundByServer(Connection connection, Corpus.Row row) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            prepare(statement);
            String function = "create function oracle() returns void language sql begin atomic "
                    + withoutMarkers(row.sql()) + "; end";
            if (!runAtLast(connection, statement, function, row)) {
                return null;
            }
            Set<String> tables = new TreeSet<>();
            try (ResultSet dependencies = statement.executeQuery(DEPENDENCIES)) {
                while (dependencies.next()) {
                    String name = dependencies.getString(2).toLowerCase(Locale.ROOT);
                    if (!isConstant(name, row)) {
                        tables.add(dependencies.getString(1).toLowerCase(Locale.ROOT) + "." + name);
                    }
                }
            }
            return tables;
        }
    }

    /** The server depends on what a string names for {@code nextval} and the like, too. */
    private static boolean isConstant(String name, Corpus.Row row) {
        return row.sql().toLowerCase(Locale.ROOT).contains("'" + name + "'");
    }

    private static void prepare(Statement statement) throws SQLException {
        for (String sql : SCHEMA) {
            statement.execute(sql);
        }
    }

    /** Runs it again and again, making what the server misses; returns whether it ran in the end. */
    private static boolean runAtLast(Connection connection, Statement statement, String sql, Corpus.Row row)
            throws SQLException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Savepoint before = connection.setSavepoint();
            try {
                statement.execute(sql);
                return true;
            } catch (SQLException e) {
                connection.rollback(before);
                if (!mend(connection, statement, e, row)) {
                    return false;
                }
            }
        }
        return false;
    }

    private static boolean mend(Connection connection, Statement statement, SQLException e, Corpus.Row row)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            return switch (String.valueOf(e.getSQLState())) {
                case "42P01" -> makeTable(statement, e.getMessage());
                case "42703" -> makeColumn(statement, e.getMessage(), row);
                case "3F000" -> makeSchema(statement, e.getMessage());
                default -> false;
            };
        } catch (SQLException failure) {
            connection.rollback(before);
            return false;
        }
    }

    private static boolean makeSchema(Statement statement, String message) throws SQLException {
        Matcher matcher = SCHEMA_NAME.matcher(message);
        return matcher.find() && run(statement, "create schema " + quoted(matcher.group(1)));
    }

    private static boolean makeTable(Statement statement, String message) throws SQLException {
        Matcher matcher = RELATION.matcher(message);
        if (!matcher.find()) {
            return false;
        }
        String[] parts = matcher.group(1).split("\\.");
        if (parts.length > 1) {
            run(statement, "create schema if not exists " + quoted(parts[0]));
        }
        return run(statement, "create table " + quoted(parts) + " (id int, name text)");
    }

    /** Adds it to the tables that the row names; an alias does not tell to which. */
    private static boolean makeColumn(Statement statement, String message, Corpus.Row row) throws SQLException {
        Matcher matcher = COLUMN.matcher(message);
        if (!matcher.find()) {
            return false;
        }
        boolean qualified = matcher.group(1) != null;
        Set<String> tables = new TreeSet<>(row.reads());
        tables.addAll(row.writes());
        boolean made = false;
        for (String table : tables) {
            if (!table.equals("*") && (qualified || !made)) {
                made |= run(
                        statement,
                        "alter table if exists " + quoted(table.split("\\.")) + " add column if not exists "
                                + quoted(matcher.group(2)) + " int");
            }
        }
        return made;
    }

    private static String quoted(String... parts) {
        List<String> quoted = new ArrayList<>();
        for (String part : parts) {
            quoted.add('"' + part + '"');
        }
        return String.join(".", quoted);
    }

    private static boolean run(Statement statement, String sql) throws SQLException {
        statement.execute(sql);
        return true;
    }

    /** Returns what the analyzer names, qualified, but for the server's own catalog. */
    private static Set<String> named(Connection connection, StatementProfile profile) throws SQLException {
        Set<String> names = new TreeSet<>();
        for (TableName name : profile.named()) {
            List<String> parts = name.parts();
            String schema = parts.size() > 1 ? parts.get(parts.size() - 2) : "public";
            if (!isOfCatalog(connection, schema, name.name())) {
                names.add(schema + "." + name.name());
            }
        }
        return names;
    }

    private static boolean isOfCatalog(Connection connection, String schema, String name) throws SQLException {
        if (schema.equals("pg_catalog") || schema.equals("information_schema")) {
            return true;
        }
        try (var statement = connection.prepareStatement(
                "select 1 from pg_class where relnamespace = 'pg_catalog'::regnamespace and relname = ?")) {
            statement.setString(1, name);
            return schema.equals("public") && statement.executeQuery().next();
        }
    }

    @Test
    void whatIsCalledReadOnlyIsNotRefusedWhereNothingCanBeWritten() throws SQLException {
        List<String> refused = new ArrayList<>();
        int ran = 0;
        try (Connection connection = cluster.writer().adminDataSource().getConnection()) {
            connection.setAutoCommit(false);
            for (Corpus.Row row : rows()) {
                if (analyzer.analyze(row.sql()).readOnly()) {
                    ran += runReadOnly(connection, row, refused) ? 1 : 0;
                    connection.rollback();
                }
            }
        }
        System.out.println("run where nothing can be written: " + ran + " statements");
        assertThat(refused).isEmpty();
        assertThat(ran).isGreaterThan(LEAST_RUN);
    }

    /** Makes the tables first, in the same transaction, which then may write no more. */
    private static boolean runReadOnly(Connection connection, Corpus.Row row, List<String> refused)
            throws SQLException {
        String sql = withoutMarkers(row.sql());
        try (Statement statement = connection.createStatement()) {
            prepare(statement);
            if (!runAtLast(connection, statement, sql, row)) {
                return false;
            }
            String locks = locks(connection);
            statement.execute("set transaction read only");
            statement.execute(sql);
            if (!locks(connection).equals(locks)) {
                refused.add(row + ": locks were taken");
            }
            return true;
        } catch (SQLException e) {
            refused.add(row + ": " + e.getSQLState() + " " + e.getMessage());
            return false;
        }
    }

    /** Locks beyond those that every read takes. */
    private static String locks(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from pg_locks where pid = pg_backend_pid()"
                        + " and (locktype = 'advisory' or mode = 'RowShareLock')")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void whatIsCalledReadOnlyIsNotRefusedByAStandby() throws SQLException {
        try (Connection connection = cluster.writer().adminDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            prepare(statement);
        }
        cluster.awaitReaders();
        List<String> refused = new ArrayList<>();
        int answered = 0;
        try (Connection connection = cluster.reader(0).adminDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (Corpus.Row row : rows()) {
                if (!analyzer.analyze(row.sql()).readOnly()) {
                    continue;
                }
                try {
                    statement.execute(withoutMarkers(row.sql()));
                    answered++;
                } catch (SQLException e) {
                    if ("25006".equals(e.getSQLState()) || e.getMessage().contains("recovery")) {
                        refused.add(row + ": " + e.getSQLState() + " " + e.getMessage());
                    }
                }
            }
        }
        System.out.println("answered by the standby: " + answered + " statements");
        assertThat(refused).isEmpty();
        assertThat(answered).isGreaterThan(LEAST_ANSWERED);
    }

    @Test
    void whatIsCheckedWouldBeNoticed() throws SQLException {
        try (Connection connection = cluster.writer().adminDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            prepare(statement);
            String before = locks(connection);
            statement.execute("select 1 from orders for share");
            assertThat(locks(connection)).isNotEqualTo(before);
            connection.rollback();
        }
    }
}

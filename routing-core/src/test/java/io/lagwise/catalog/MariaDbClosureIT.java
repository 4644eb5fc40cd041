package io.lagwise.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.lagwise.RouteReason;
import io.lagwise.spi.TableLedger;
import io.lagwise.sql.Dialect;
import io.lagwise.sql.SqlAnalyzer;
import io.lagwise.testkit.MariaDb;
import io.lagwise.testkit.MariaDbServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * Compares the closures with what really happens: a read whose result a write has changed must depend on what it wrote.
 */
@MariaDb
class MariaDbClosureIT {
    private static final String SCHEMA =
            """
            SET foreign_key_checks = 0; DROP DATABASE IF EXISTS other; DROP DATABASE IF EXISTS hidden; DROP DATABASE IF EXISTS app;
            CREATE DATABASE app; CREATE DATABASE other; CREATE DATABASE hidden;
            SET foreign_key_checks = 1; USE app;
            CREATE TABLE customers (id int PRIMARY KEY, name text);
            CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int,
              FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE TABLE order_items (id int PRIMARY KEY, order_id int, qty int,
              FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);
            CREATE TABLE shipments (id int PRIMARY KEY, item_id int,
              FOREIGN KEY (item_id) REFERENCES order_items (id) ON DELETE SET NULL);
            CREATE TABLE other.orders (id int PRIMARY KEY, total int);
            CREATE TABLE other.invoices (id int PRIMARY KEY, customer_id int,
              FOREIGN KEY (customer_id) REFERENCES app.customers (id) ON DELETE CASCADE ON UPDATE SET NULL);
            CREATE TABLE hidden.secrets (id int PRIMARY KEY, plain_id int);
            CREATE TABLE audit (id int AUTO_INCREMENT PRIMARY KEY, what text);
            CREATE TABLE plain (id int PRIMARY KEY, n int, doubled int AS (2 * n));
            CREATE TABLE triggered (id int); CREATE TABLE chained (id int); CREATE TABLE calling (id int);
            CREATE TABLE counters (name varchar(20) PRIMARY KEY, n int);
            CREATE TABLE outward (id int); CREATE TABLE secretive (id int);
            CREATE TABLE events (id int, day int) PARTITION BY RANGE (day)
              (PARTITION p1 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN (20));
            CREATE TABLE event_stage (id int, day int);
            CREATE TABLE part_1 (id int) ENGINE = MyISAM; CREATE TABLE merged (id int) ENGINE = MERGE UNION = (part_1)
              INSERT_METHOD = LAST;
            CREATE TABLE fleeting (id int) ENGINE = MEMORY;
            CREATE TABLE versioned (id int, n int) WITH SYSTEM VERSIONING;
            CREATE SEQUENCE numbers NOCACHE; CREATE TABLE numbered (id int DEFAULT (NEXT VALUE FOR numbers), n int);
            CREATE VIEW big_orders AS SELECT * FROM orders WHERE total > 10;
            CREATE VIEW big_customers AS SELECT c.name, b.total FROM customers c JOIN big_orders b ON b.customer_id = c.id;
            CREATE VIEW joined AS SELECT o.id, o.total, i.qty FROM orders o JOIN order_items i ON i.order_id = o.id;
            CREATE VIEW abroad AS SELECT * FROM other.orders;
            CREATE VIEW secret_view AS SELECT * FROM hidden.secrets;
            CREATE FUNCTION audit_size() RETURNS int READS SQL DATA RETURN (SELECT count(*) FROM audit);
            CREATE FUNCTION twice(n int) RETURNS int NO SQL RETURN 2 * n;
            CREATE FUNCTION undeclared(n int) RETURNS int RETURN 2 * n;
            CREATE FUNCTION note(t text) RETURNS int MODIFIES SQL DATA
              BEGIN INSERT INTO audit (what) VALUES (t); RETURN 1; END;
            CREATE PROCEDURE empty_plain() BEGIN DELETE FROM plain; END;
            CREATE VIEW sized AS SELECT audit_size() AS n;
            CREATE VIEW noting AS SELECT note('view') AS n;
            CREATE TRIGGER log_change AFTER INSERT ON triggered FOR EACH ROW INSERT INTO audit (what) VALUES ('triggered');
            CREATE TRIGGER count_change AFTER UPDATE ON triggered FOR EACH ROW BEGIN
              DECLARE was int DEFAULT 0; SELECT n INTO was FROM counters WHERE name = 'changes';
              IF was IS NULL THEN INSERT INTO counters VALUES ('changes', 1);
              ELSE UPDATE counters SET n = CASE WHEN was < 100 THEN was + 1 ELSE 0 END WHERE name = 'changes'; END IF; END;
            CREATE TRIGGER pass_on AFTER INSERT ON chained FOR EACH ROW INSERT INTO triggered VALUES (NEW.id);
            CREATE TRIGGER call_out AFTER INSERT ON calling FOR EACH ROW CALL empty_plain();
            CREATE TRIGGER go_abroad BEFORE INSERT ON outward FOR EACH ROW UPDATE other.orders SET total = total + 1;
            CREATE TRIGGER hide AFTER INSERT ON secretive FOR EACH ROW INSERT INTO hidden.secrets VALUES (NEW.id, 1);
            INSERT INTO customers VALUES (1, 'a'), (2, 'b'); INSERT INTO orders VALUES (1, 1, 20), (2, 2, 30);
            INSERT INTO order_items VALUES (1, 1, 5), (2, 2, 6); INSERT INTO shipments VALUES (1, 1), (2, 2);
            INSERT INTO other.orders VALUES (1, 1); INSERT INTO other.invoices VALUES (1, 1);
            INSERT INTO plain (id, n) VALUES (1, 1), (2, 2); INSERT INTO counters VALUES ('changes', 5);
            INSERT INTO events VALUES (1, 1), (2, 11); INSERT INTO event_stage VALUES (7, 7);
            INSERT INTO part_1 VALUES (1); INSERT INTO fleeting VALUES (1); INSERT INTO versioned VALUES (1, 1);
            INSERT INTO hidden.secrets VALUES (1, 1); INSERT INTO numbered (n) VALUES (1);
            INSERT INTO triggered VALUES (100);""";

    private static final List<String> READS = List.of(
            "SELECT * FROM app.customers ORDER BY 1",
            "SELECT * FROM orders ORDER BY 1",
            "SELECT * FROM `Orders` ORDER BY 1".toLowerCase(java.util.Locale.ROOT),
            "SELECT * FROM order_items ORDER BY 1",
            "SELECT * FROM shipments ORDER BY 1",
            "SELECT * FROM other.orders ORDER BY 1",
            "SELECT * FROM other.invoices ORDER BY 1",
            "SELECT count(*) FROM audit",
            "SELECT doubled FROM plain ORDER BY id",
            "SELECT * FROM triggered ORDER BY 1",
            "SELECT * FROM chained",
            "SELECT * FROM calling",
            "SELECT * FROM counters",
            "SELECT * FROM outward",
            "SELECT * FROM secretive",
            "SELECT * FROM events ORDER BY 1",
            "SELECT * FROM events PARTITION (p1)",
            "SELECT * FROM event_stage",
            "SELECT * FROM part_1",
            "SELECT * FROM merged",
            "SELECT * FROM fleeting",
            "SELECT * FROM versioned",
            "SELECT count(*) FROM versioned FOR SYSTEM_TIME ALL",
            "SELECT next_not_cached_value FROM numbers",
            "SELECT n FROM numbered ORDER BY 1",
            "SELECT * FROM big_orders ORDER BY 1",
            "SELECT * FROM big_customers ORDER BY 1, 2",
            "SELECT * FROM joined ORDER BY 1",
            "SELECT * FROM abroad ORDER BY 1",
            "SELECT * FROM secret_view ORDER BY 1",
            "SELECT audit_size()",
            "SELECT twice(n) FROM plain ORDER BY id",
            "SELECT n FROM sized",
            "WITH o AS (SELECT * FROM big_orders) SELECT (SELECT max(name) FROM customers), count(*) FROM o",
            "SELECT (SELECT count(*) FROM order_items) + count(*) FROM big_customers");

    private final MariaDbServer server;
    private final SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.MARIADB);
    private Catalog catalog;

    MariaDbClosureIT(MariaDbServer server) {
        this.server = server;
    }

    @BeforeEach
    void createSchema() throws SQLException {
        asAdmin(SCHEMA + "GRANT ALL ON other.* TO " + server.username());
        catalog = catalogOf(server.username());
    }

    private Connection connect(String user, String password) throws SQLException {
        MariaDbDataSource source = new MariaDbDataSource(server.jdbcUrl() + "?allowMultiQueries=true");
        source.setUser(user);
        source.setPassword(password);
        return source.getConnection();
    }

    private void asAdmin(String sql) throws SQLException {
        try (Connection connection = connect("root", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            while (statement.getMoreResults() || statement.getUpdateCount() != -1) {
                continue;
            }
        }
    }

    /** The catalog as a user sees it whose password is its name. */
    private Catalog catalogOf(String user) {
        Catalog seen = Catalog.of(Dialect.MARIADB, () -> connect(user, user), analyzer, Duration.ofMinutes(1));
        seen.refresh();
        assertThat(seen.failure()).isNull();
        return seen;
    }

    private Closure closure(String sql) {
        return catalog.resolve(analyzer.analyze(sql));
    }

    private Map<String, String> results() throws SQLException {
        Map<String, String> results = new LinkedHashMap<>();
        try (Connection connection = connect("root", "");
                Statement statement = connection.createStatement()) {
            for (String read : READS) {
                results.put(read, rows(statement, read));
            }
        }
        return results;
    }

    private static String rows(Statement statement, String read) {
        StringBuilder text = new StringBuilder();
        try (var rows = statement.executeQuery(read)) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    text.append(rows.getString(i)).append('|');
                }
            }
        } catch (SQLException failure) {
            text.append(failure.getMessage().replaceFirst("\\(conn=\\d+\\)", ""));
        }
        return text.toString();
    }

    /** A read that runs on the writer sees everything. */
    private static boolean isAffected(Closure read, Closure write) {
        Set<String> written = write.writes();
        return !read.readOnly()
                || written.contains(TableLedger.UNKNOWN)
                || (read.reads().contains(TableLedger.ANYTHING) && !written.isEmpty())
                || read.reads().stream().anyMatch(written::contains);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO app.customers VALUES (3, 'c')",
                "DELETE FROM customers WHERE id = 1",
                "UPDATE customers SET id = 9 WHERE id = 1",
                "UPDATE orders SET total = 40 WHERE id = 1",
                "DELETE FROM `orders` WHERE id = 2",
                "DELETE FROM order_items WHERE id = 1",
                "REPLACE INTO customers VALUES (1, 'replaced')",
                "UPDATE other.orders SET total = 9",
                "UPDATE abroad SET total = 8",
                "UPDATE big_orders SET total = 50 WHERE id = 1",
                "INSERT INTO big_orders VALUES (7, 1, 70)",
                "UPDATE joined SET qty = 99 WHERE id = 1",
                "UPDATE orders o JOIN order_items i ON i.order_id = o.id SET o.total = 1, i.qty = 1",
                "DELETE o, i FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.id = 1",
                "DELETE FROM i USING order_items i JOIN orders o ON o.id = i.order_id WHERE o.id = 1",
                "DELETE FROM shipments WHERE id = 1 RETURNING id",
                "INSERT INTO plain (id, n) VALUES (1, 5) ON DUPLICATE KEY UPDATE n = VALUES(n)",
                "INSERT INTO plain (id, n) SELECT 50, note('within')",
                "INSERT INTO plain (id, n) VALUE (60, 6)",
                "TRUNCATE TABLE events",
                "TRUNCATE plain",
                "INSERT INTO triggered VALUES (1)",
                "UPDATE triggered SET id = 5",
                "INSERT INTO chained VALUES (1)",
                "INSERT INTO calling VALUES (1)",
                "INSERT INTO outward VALUES (1)",
                "INSERT INTO secretive VALUES (7)",
                "UPDATE events SET id = 9 WHERE day = 1",
                "ALTER TABLE events EXCHANGE PARTITION p1 WITH TABLE event_stage",
                "ALTER TABLE events TRUNCATE PARTITION p1",
                "INSERT INTO part_1 VALUES (2)",
                "INSERT INTO merged VALUES (3)",
                "DELETE FROM fleeting",
                "UPDATE versioned SET n = 2",
                "DELETE HISTORY FROM versioned BEFORE SYSTEM_TIME now() + INTERVAL 1 DAY",
                "INSERT INTO numbered (n) VALUES (2)",
                "SELECT NEXTVAL(numbers)",
                "SELECT note('called')",
                "SELECT app.note(name) FROM customers",
                "SELECT n FROM noting",
                "SET @noted = note('set')",
                "DO note('done')",
                "CALL empty_plain()",
                "{CALL app.empty_plain()}",
                "EXECUTE IMMEDIATE 'UPDATE app.plain SET n = 1000'",
                "BEGIN NOT ATOMIC UPDATE plain SET n = 1000; END",
                "SELECT 1; DELETE FROM plain",
                "/*! DELETE FROM plain */",
                "CREATE OR REPLACE VIEW big_orders AS SELECT * FROM orders WHERE total > 25",
                "ALTER VIEW big_orders AS SELECT * FROM orders WHERE total > 25",
                "CREATE OR REPLACE TABLE plain (id int, n int, doubled int)",
                "RENAME TABLE plain TO moved, fleeting TO plain",
                "DROP TABLE chained",
                "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int NO SQL RETURN 3 * n",
                "DROP FUNCTION audit_size"
            })
    void everyReadWhoseResultAWriteChangesDependsOnIt(String write) throws SQLException {
        if (write.startsWith("DELETE HISTORY")) {
            asAdmin("UPDATE app.versioned SET n = 77");
        }
        Closure written = closure(write);
        Map<String, String> before = results();
        asAdmin(write.replaceAll("^\\{|}$", ""));
        Map<String, String> after = results();
        int changed = 0;
        for (String read : READS) {
            if (!before.get(read).equals(after.get(read))) {
                changed++;
                if (!isAffected(closure(read), written)) {
                    fail("%s changes %s, but %s does not touch %s", write, read, written, closure(read));
                }
            }
        }
        assertThat(changed).as("reads that the write changes").isPositive();
    }

    @Test
    void unrelatedReadsAreNotAffected() {
        assertThat(isAffected(closure("SELECT * FROM plain"), closure("UPDATE orders SET total = 1")))
                .isFalse();
        assertThat(isAffected(closure("SELECT * FROM customers"), closure("DELETE FROM orders")))
                .isFalse();
        assertThat(isAffected(closure("SELECT * FROM plain"), closure("INSERT INTO chained VALUES (1)")))
                .isFalse();
    }

    @Test
    void triggersAreReadForTheTablesThatTheyWrite() {
        assertThat(closure("UPDATE triggered SET id = 1").writes())
                .containsExactlyInAnyOrder("app.triggered", "app.audit", "app.counters");
        assertThat(closure("INSERT INTO chained VALUES (1)").writes())
                .containsExactlyInAnyOrder("app.chained", "app.triggered", "app.audit", "app.counters");
        assertThat(closure("INSERT INTO outward VALUES (1)").writes())
                .containsExactlyInAnyOrder("app.outward", "other.orders");
        assertThat(closure("INSERT INTO calling VALUES (1)").writes()).contains(TableLedger.UNKNOWN);
    }

    @Test
    void triggersOfAnotherModeAreNotRead() throws SQLException {
        asAdmin(
                "CREATE TABLE app.foreign_tongue (id int); SET sql_mode = 'ANSI_QUOTES'; CREATE TRIGGER app.quoting AFTER"
                        + " INSERT ON app.foreign_tongue FOR EACH ROW INSERT INTO app.audit (what) SELECT \"id\" FROM app.plain");
        catalog.refresh();
        assertThat(closure("INSERT INTO foreign_tongue VALUES (1)").writes()).contains(TableLedger.UNKNOWN);
    }

    @Test
    void theModeOfTheSessionDoesNotMatter() throws SQLException {
        Catalog other = Catalog.of(
                Dialect.MARIADB,
                () -> {
                    Connection connection = connect(server.username(), server.password());
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("SET sql_mode = 'ORACLE,ANSI_QUOTES,NO_BACKSLASH_ESCAPES'");
                    }
                    return connection;
                },
                analyzer,
                Duration.ofMinutes(1));
        other.refresh();
        assertThat(other.resolve(analyzer.analyze("SELECT * FROM big_customers")))
                .isEqualTo(closure("SELECT * FROM big_customers"));
    }

    @Test
    void theSessionIsLeftAsItWas() throws SQLException {
        try (Connection connection = connect(server.username(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = 'PIPES_AS_CONCAT,STRICT_TRANS_TABLES'");
            new MariaDbCatalogLoader(analyzer).load(connection);
            assertThat(rows(statement, "SELECT @@sql_mode")).isEqualTo("PIPES_AS_CONCAT,STRICT_TRANS_TABLES|");
        }
    }

    @Test
    void routinesAreReadByTheirDeclaration() {
        assertThat(closure("SELECT twice(n) FROM plain").reads()).containsExactly("app.plain");
        assertThat(closure("SELECT audit_size()").readOnly()).isTrue();
        assertThat(closure("SELECT audit_size()").reads()).contains(TableLedger.ANYTHING);
        assertThat(closure("SELECT * FROM sized").reads()).contains(TableLedger.ANYTHING);
        assertThat(closure("SELECT undeclared(n) FROM plain").reason()).isEqualTo(RouteReason.VOLATILE_ROUTINE);
        assertThat(closure("SELECT note('x')").reason()).isEqualTo(RouteReason.VOLATILE_ROUTINE);
        assertThat(closure("SELECT * FROM noting").reason()).isEqualTo(RouteReason.VOLATILE_ROUTINE);
        assertThat(closure("SELECT no_such_routine('x')").reason()).isEqualTo(RouteReason.UNKNOWN_ROUTINE);
    }

    @Test
    void whatAReaderCannotAnswerStaysOnTheWriter() throws SQLException {
        asAdmin("CREATE VIEW app.seen AS SELECT * FROM app.fleeting;"
                + " CREATE VIEW app.locked AS SELECT get_lock('x', 0) AS l;"
                + " CREATE VIEW app.own AS SELECT connection_id() AS c;"
                + " CREATE VIEW app.drawing AS SELECT NEXTVAL(app.numbers) AS n;"
                + " CREATE TABLE app.user (id int)");
        catalog.refresh();
        for (String relation : List.of("fleeting", "seen", "merged", "numbers", "secret_view", "locked", "own")) {
            assertThat(closure("SELECT * FROM " + relation).reason())
                    .as(relation)
                    .isEqualTo(RouteReason.WRITER_ONLY_RELATION);
        }
        assertThat(closure("SELECT * FROM drawing").writes()).contains(TableLedger.UNKNOWN);
        assertThat(closure("SELECT * FROM user").readOnly()).isTrue();
        for (String elsewhere : List.of(
                "unheard_of", "mysql.user", "information_schema.tables", "performance_schema.threads", "sys.x")) {
            assertThat(closure("SELECT * FROM " + elsewhere).readOnly())
                    .as(elsewhere)
                    .isFalse();
        }
    }

    @Test
    void tablesOfPlainEnginesCanBeReadOnReaders() throws SQLException {
        asAdmin("CREATE TABLE app.aria (id int) ENGINE = Aria; CREATE TABLE app.csv (id int NOT NULL) ENGINE = CSV");
        catalog.refresh();
        for (String table : List.of("aria", "csv", "part_1", "events", "versioned", "plain")) {
            assertThat(closure("SELECT * FROM " + table).readOnly()).as(table).isTrue();
        }
    }

    @Test
    void eachTableSaysThroughWhatItWasReached() {
        assertThat(closure("SELECT * FROM big_customers").because())
                .containsEntry("app.big_orders", "read through app.big_customers")
                .containsEntry("app.orders", "read through app.big_orders");
        assertThat(closure("DELETE FROM customers").because())
                .containsEntry("app.orders", "written through app.customers")
                .containsEntry("app.shipments", "written through app.order_items")
                .containsEntry("other.invoices", "written through app.customers");
    }

    @Test
    void namesAreMatchedWithoutCase() throws SQLException {
        asAdmin("CREATE TABLE app.`Mixed Case` (id int); CREATE VIEW app.Mixed_View AS SELECT * FROM app.`Mixed Case`");
        catalog.refresh();
        assertThat(closure("SELECT * FROM Mixed_View").reads())
                .containsExactlyInAnyOrder("app.Mixed_View", "app.Mixed Case");
        assertThat(closure("SELECT * FROM MIXED_VIEW").reads())
                .containsExactlyInAnyOrder("app.Mixed_View", "app.Mixed Case");
    }

    @Test
    void foreignKeysThroughWhatCannotBeSeenMakeTheirTableDependOnAnything() throws SQLException {
        asAdmin("CREATE TABLE hidden.middle (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES app.plain (id)"
                + " ON DELETE CASCADE); CREATE TABLE app.far (id int PRIMARY KEY, m int, FOREIGN KEY (m) REFERENCES"
                + " hidden.middle (id) ON DELETE CASCADE)");
        catalog.refresh();
        assertThat(closure("SELECT * FROM far").reads()).contains(TableLedger.ANYTHING);
    }

    @Test
    void aUserWithoutTheRightToSeeTriggersMayWriteAnything() throws SQLException {
        asAdmin("CREATE OR REPLACE USER clerk IDENTIFIED BY 'clerk';"
                + " GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON app.* TO clerk");
        catalog = catalogOf("clerk");
        assertThat(closure("INSERT INTO triggered VALUES (1)").writes()).contains(TableLedger.UNKNOWN);
        assertThat(closure("SELECT * FROM big_orders").readOnly()).isFalse();
        assertThat(closure("SELECT * FROM orders").reads()).containsExactly("app.orders");
        assertThat(closure("DELETE FROM orders").writes()).contains("app.order_items");

        asAdmin("GRANT TRIGGER, SHOW VIEW ON app.* TO clerk");
        catalog.refresh();
        assertThat(closure("INSERT INTO triggered VALUES (1)").writes()).doesNotContain(TableLedger.UNKNOWN);
        assertThat(closure("SELECT * FROM big_orders").readOnly()).isTrue();
    }

    @Test
    void aUserWhoMayOnlyReadSeesNoForeignKeys() throws SQLException {
        asAdmin("CREATE OR REPLACE USER guest IDENTIFIED BY 'guest'; GRANT SELECT ON app.* TO guest;"
                + " GRANT INSERT ON app.plain TO guest");
        catalog = catalogOf("guest");
        assertThat(closure("SELECT * FROM orders").reads()).contains(TableLedger.ANYTHING);
        assertThat(closure("SELECT * FROM plain").reads()).containsExactly("app.plain");
    }

    @Test
    void rightsOfRolesCount() throws SQLException {
        asAdmin("CREATE OR REPLACE ROLE keeper; GRANT ALL ON app.* TO keeper;"
                + " CREATE OR REPLACE USER kept IDENTIFIED BY 'kept'; GRANT keeper TO kept;"
                + " SET DEFAULT ROLE keeper FOR kept");
        catalog = catalogOf("kept");
        assertThat(closure("INSERT INTO triggered VALUES (1)").writes()).doesNotContain(TableLedger.UNKNOWN);
        assertThat(closure("SELECT * FROM orders").reads()).containsExactly("app.orders");
    }

    @Test
    void anUnchangedCatalogIsTheSame() {
        long version = catalog.version();
        catalog.refresh();
        assertThat(catalog.version()).isEqualTo(version);
    }
}

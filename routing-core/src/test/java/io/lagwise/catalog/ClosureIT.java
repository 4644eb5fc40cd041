package io.lagwise.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.lagwise.RouteReason;
import io.lagwise.spi.TableLedger;
import io.lagwise.sql.Dialect;
import io.lagwise.sql.SqlAnalyzer;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Compares the closures with what really happens: a read whose result a write has changed must depend on what it wrote.
 */
@PostgresReplication(readers = 0)
class ClosureIT {
    private static final String SCHEMA =
            """
            DROP SCHEMA IF EXISTS shop CASCADE; DROP SCHEMA IF EXISTS other CASCADE;
            CREATE SCHEMA shop; CREATE SCHEMA other; SET search_path = shop;
            CREATE TABLE customers (id int PRIMARY KEY, name text);
            CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers ON DELETE CASCADE, total int);
            CREATE TABLE order_items (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE, qty int);
            CREATE TABLE shipments (id int PRIMARY KEY, item_id int REFERENCES order_items ON DELETE SET NULL);
            CREATE TABLE audit (id serial, what text);
            CREATE TABLE plain (id int PRIMARY KEY, n int);
            CREATE TABLE linked (id int REFERENCES plain);
            CREATE TABLE other.orders (id int PRIMARY KEY, total int);
            CREATE VIEW big_orders AS SELECT * FROM orders WHERE total > 10;
            CREATE VIEW big_customers AS SELECT c.name, b.total FROM customers c JOIN big_orders b ON b.customer_id = c.id;
            CREATE MATERIALIZED VIEW totals AS SELECT sum(total) AS s FROM orders;
            CREATE VIEW totals_view AS SELECT * FROM totals;
            CREATE TABLE events (id int, day int) PARTITION BY RANGE (day);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
            CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20);
            CREATE TABLE animals (id int); CREATE TABLE dogs (bark text) INHERITS (animals);
            CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS
              'BEGIN INSERT INTO shop.audit(what) VALUES (TG_TABLE_NAME); RETURN NULL; END';
            CREATE TABLE triggered (id int);
            CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON triggered EXECUTE FUNCTION log_change();
            CREATE TABLE ruled (id int);
            CREATE RULE copy AS ON INSERT TO ruled DO ALSO INSERT INTO shop.audit(what) VALUES ('rule');
            CREATE FUNCTION audit_size() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM shop.audit';
            CREATE FUNCTION note(t text) RETURNS int LANGUAGE plpgsql AS
              'BEGIN INSERT INTO shop.audit(what) VALUES (t); RETURN 1; END';
            CREATE FUNCTION twice(n int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2 * n';
            CREATE VIEW sized AS SELECT shop.audit_size() AS n;
            CREATE TABLE defaulted (id int, noted int DEFAULT shop.note('default'));
            INSERT INTO customers VALUES (1, 'a'), (2, 'b'); INSERT INTO orders VALUES (1, 1, 20), (2, 2, 30);
            INSERT INTO order_items VALUES (1, 1, 5), (2, 2, 6); INSERT INTO shipments VALUES (1, 1), (2, 2);
            INSERT INTO plain VALUES (1, 1); INSERT INTO linked VALUES (1); INSERT INTO other.orders VALUES (1, 1);
            INSERT INTO events VALUES (1, 1), (2, 11); INSERT INTO animals VALUES (1); INSERT INTO dogs VALUES (2, 'wuff');
            REFRESH MATERIALIZED VIEW totals;""";

    private static final List<String> READS = List.of(
            "SELECT * FROM shop.customers ORDER BY 1",
            "SELECT * FROM orders ORDER BY 1",
            "SELECT * FROM order_items ORDER BY 1",
            "SELECT * FROM shipments ORDER BY 1",
            "SELECT count(*) FROM audit",
            "SELECT * FROM plain",
            "SELECT * FROM linked",
            "SELECT * FROM other.orders ORDER BY 1",
            "SELECT * FROM big_orders ORDER BY 1",
            "SELECT * FROM big_customers ORDER BY 1, 2",
            "SELECT * FROM totals",
            "SELECT s FROM totals_view",
            "SELECT * FROM events ORDER BY 1",
            "SELECT * FROM events_1 ORDER BY 1",
            "SELECT * FROM events_2 ORDER BY 1",
            "SELECT * FROM animals ORDER BY 1",
            "SELECT id FROM ONLY animals",
            "SELECT * FROM dogs",
            "SELECT * FROM triggered",
            "SELECT count(*) FROM ruled",
            "SELECT shop.audit_size()",
            "SELECT twice(n) FROM plain",
            "SELECT n FROM sized",
            "SELECT id FROM defaulted",
            "WITH o AS (SELECT * FROM big_orders) SELECT (SELECT max(name) FROM customers), count(*) FROM o");

    private final PostgresCluster cluster;
    private final SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.POSTGRESQL);
    private JdbcTemplate jdbc;
    private Catalog catalog;

    ClosureIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void createSchema() {
        jdbc = new JdbcTemplate(cluster.writer().dataSource());
        jdbc.execute(SCHEMA);
        catalog = Catalog.ofPostgres(
                () -> cluster.writer().dataSource().getConnection(), analyzer, Duration.ofMinutes(1));
        catalog.refresh();
        assertThat(catalog.failure()).isNull();
    }

    private Closure closure(String sql) {
        return catalog.resolve(analyzer.analyze(sql));
    }

    private Map<String, Object> results() {
        Map<String, Object> results = new LinkedHashMap<>();
        READS.forEach(
                read -> results.put(read, jdbc.execute((java.sql.Connection connection) -> rows(connection, read))));
        return results;
    }

    private static Object rows(java.sql.Connection connection, String read) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET search_path = shop");
            try (var rows = statement.executeQuery(read)) {
                var text = new StringBuilder();
                while (rows.next()) {
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        text.append(rows.getString(i)).append('|');
                    }
                }
                return text.toString();
            }
        }
    }

    private static boolean isAffected(Closure read, Closure write) {
        Set<String> written = write.writes();
        if (written.isEmpty()) {
            return false;
        }
        return !read.readOnly()
                || written.contains(TableLedger.UNKNOWN)
                || read.reads().contains(TableLedger.ANYTHING)
                || read.reads().stream().anyMatch(written::contains);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO shop.customers VALUES (3, 'c')",
                "DELETE FROM customers WHERE id = 1",
                "UPDATE orders SET total = 40 WHERE id = 1",
                "DELETE FROM orders WHERE id = 2",
                "DELETE FROM order_items WHERE id = 1",
                "UPDATE other.orders SET total = 9",
                "UPDATE big_orders SET total = 50 WHERE id = 1",
                "INSERT INTO big_orders VALUES (7, 1, 70)",
                "REFRESH MATERIALIZED VIEW totals",
                "UPDATE events SET id = 9 WHERE day = 1",
                "UPDATE events_1 SET id = 8",
                "UPDATE events SET day = 12 WHERE day = 1",
                "DELETE FROM dogs",
                "UPDATE animals SET id = id + 100",
                "UPDATE ONLY animals SET id = id + 100",
                "INSERT INTO triggered VALUES (1)",
                "INSERT INTO ruled VALUES (1)",
                "SELECT note('called')",
                "SELECT shop.note(name) FROM customers",
                "INSERT INTO plain SELECT 2, shop.note('within')",
                "INSERT INTO defaulted(id) VALUES (1)",
                "TRUNCATE plain CASCADE",
                "TRUNCATE events",
                "TRUNCATE orders CASCADE",
                "WITH gone AS (DELETE FROM shipments RETURNING id) SELECT count(*) FROM gone",
                "MERGE INTO plain p USING (VALUES (1)) v(id) ON p.id = v.id WHEN MATCHED THEN UPDATE SET n = 99",
                "INSERT INTO plain VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET n = excluded.n",
                "DO $$ BEGIN UPDATE shop.plain SET n = 1000; END $$",
                "ALTER TABLE events DETACH PARTITION events_1",
                "CREATE OR REPLACE VIEW big_orders AS SELECT * FROM orders WHERE total > 25",
                "DROP TABLE linked; CREATE TABLE linked (id int)",
                "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 3 * n'"
            })
    void everyReadWhoseResultAWriteChangesDependsOnIt(String write) {
        Closure written = closure(write);
        Map<String, Object> before = results();
        jdbc.execute("SET search_path = shop; " + write);
        Map<String, Object> after = results();
        int changed = 0;
        for (String read : READS) {
            if (!before.get(read).equals(after.get(read))) {
                changed++;
                if (!isAffected(closure(read), written)) {
                    fail("%s changes %s, but %s does not touch %s", write, read, written, closure(read));
                }
            }
        }
        boolean expectsNoChange = write.startsWith("REFRESH");
        assertThat(changed > 0 || expectsNoChange)
                .as("the write changes something")
                .isTrue();
    }

    @Test
    void unrelatedReadsAreNotAffected() {
        assertThat(isAffected(closure("SELECT * FROM plain"), closure("UPDATE orders SET total = 1")))
                .isFalse();
        assertThat(isAffected(closure("SELECT * FROM customers"), closure("DELETE FROM orders")))
                .isFalse();
        assertThat(isAffected(closure("SELECT * FROM events_2"), closure("UPDATE events_1 SET id = 1")))
                .isFalse();
    }

    @Test
    void routinesAreReadByTheirVolatility() {
        assertThat(closure("SELECT twice(n) FROM plain").reads()).containsExactly("shop.plain");
        assertThat(closure("SELECT audit_size()").reads()).contains(TableLedger.ANYTHING);
        assertThat(closure("SELECT note('x')").reason()).isEqualTo(RouteReason.VOLATILE_ROUTINE);
        assertThat(closure("SELECT no_such_routine('x')").reason()).isEqualTo(RouteReason.UNKNOWN_ROUTINE);
    }

    @Test
    void whatAReaderCannotAnswerStaysOnTheWriter() {
        jdbc.execute(
                "CREATE UNLOGGED TABLE shop.fleeting (id int); CREATE VIEW shop.seen AS SELECT * FROM shop.fleeting;"
                        + " CREATE VIEW shop.locked AS SELECT pg_try_advisory_lock(1) AS l");
        catalog.refresh();
        assertThat(closure("SELECT * FROM fleeting").reason()).isEqualTo(RouteReason.WRITER_ONLY_RELATION);
        assertThat(closure("SELECT * FROM seen").reason()).isEqualTo(RouteReason.WRITER_ONLY_RELATION);
        assertThat(closure("SELECT last_value FROM audit_id_seq").reason()).isEqualTo(RouteReason.WRITER_ONLY_RELATION);
        assertThat(closure("SELECT * FROM locked").readOnly()).isFalse();
        assertThat(closure("SELECT * FROM unheard_of").readOnly()).isFalse();
        assertThat(closure("SELECT * FROM pg_stat_activity").readOnly()).isFalse();
    }

    @Test
    void aQualifiedWriteTouchesItsSchemaOnly() {
        assertThat(closure("UPDATE other.orders SET total = 1").writes()).containsExactly("other.orders");
        assertThat(closure("UPDATE orders SET total = 1").writes()).contains("shop.orders", "other.orders");
        assertThat(closure("UPDATE nowhere.orders SET total = 1").writes()).contains(TableLedger.UNKNOWN);
    }

    @Test
    void eachTableSaysThroughWhatItWasReached() {
        assertThat(closure("SELECT * FROM big_customers").because())
                .containsEntry("shop.big_orders", "read through shop.big_customers")
                .containsEntry("shop.orders", "read through shop.big_orders");
        assertThat(closure("DELETE FROM customers").because())
                .containsEntry("shop.orders", "written through shop.customers")
                .containsEntry("shop.shipments", "written through shop.order_items");
    }

    @Test
    void whatReadsAnyTableDependsOnAll() {
        assertThat(closure("SELECT pg_total_relation_size('shop.plain')").reads())
                .contains(TableLedger.ANYTHING);
    }

    @Test
    void aTemporaryTableChangesNothingForOthers() {
        Closure temporary = closure("CREATE TEMP TABLE scratch AS SELECT * FROM plain");
        assertThat(temporary.writes()).isEmpty();
        assertThat(temporary.changesCatalog()).isFalse();
        assertThat(closure("CREATE TEMP TABLE scratch AS SELECT note('x')").writes())
                .contains(TableLedger.UNKNOWN);
        assertThat(closure("CREATE TABLE lasting (id int)").changesCatalog()).isTrue();
        assertThat(closure("CREATE TABLE temp AS SELECT pg_advisory_lock(1) IS NULL")
                        .changesCatalog())
                .isTrue();
        assertThat(closure("create  /* x */ temporary table scratch (id int)").changesCatalog())
                .isFalse();
    }

    @Test
    void anUnreadableCatalogKeepsEverythingOnTheWriter() {
        Catalog broken = Catalog.ofPostgres(
                () -> {
                    throw new SQLException("unreachable");
                },
                analyzer,
                Duration.ofMinutes(1));
        broken.refresh();
        Closure read = broken.resolve(analyzer.analyze("SELECT * FROM plain"));
        assertThat(read.reason()).isEqualTo(RouteReason.CATALOG_UNKNOWN);
        assertThat(broken.failure()).contains("unreachable");
        assertThat(broken.resolve(analyzer.analyze("UPDATE plain SET n = 1")).writes())
                .contains(TableLedger.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE TABLE t (id int)",
                "DROP VIEW big_orders",
                "GRANT SELECT ON plain TO app",
                "DO 'BEGIN END'"
            })
    void whatChangesTheSchemaDoesSoWhileTheCatalogIsUnknownToo(String sql) {
        assertThat(closure(sql).changesCatalog()).isTrue();
        catalog.invalidate();
        assertThat(closure(sql).changesCatalog()).isTrue();
        assertThat(closure(sql).writes()).contains(TableLedger.CATALOG);
    }

    // ---- what is declared

    private void declare(String routine, Set<String> reads, Set<String> writes) {
        catalog = Catalog.of(
                Dialect.POSTGRESQL,
                () -> cluster.writer().dataSource().getConnection(),
                analyzer,
                Duration.ofMinutes(1),
                Map.of(routine, new RoutineTables(reads, writes)));
        catalog.refresh();
    }

    @Test
    void ofAFunctionWithAnAnalysedBodyTheTablesAreKnown() {
        jdbc.execute("CREATE FUNCTION shop.known() RETURNS bigint STABLE LANGUAGE sql"
                + " BEGIN ATOMIC SELECT count(*) FROM shop.big_orders; END");
        jdbc.execute("CREATE FUNCTION shop.mixed() RETURNS bigint STABLE LANGUAGE sql"
                + " BEGIN ATOMIC SELECT count(*) FROM shop.plain; END");
        jdbc.execute("CREATE FUNCTION other.mixed(int) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT 1::bigint'");
        jdbc.execute("CREATE FUNCTION shop.nested() RETURNS bigint STABLE LANGUAGE sql"
                + " BEGIN ATOMIC SELECT shop.audit_size(); END");
        catalog.refresh();
        Closure known = closure("SELECT known() FROM plain");
        assertThat(known.readOnly()).isTrue();
        assertThat(known.reads()).contains("shop.big_orders", "shop.orders").doesNotContain(TableLedger.ANYTHING);
        assertThat(closure("SELECT mixed() FROM plain").reads())
                .as("another function of the name has a body that is not known")
                .contains(TableLedger.ANYTHING);
        assertThat(closure("SELECT nested() FROM plain").reads())
                .as("it calls what is not known")
                .contains(TableLedger.ANYTHING);
    }

    @Test
    void aDeclaredFunctionReadsWhatItIsSaidTo() {
        jdbc.execute("CREATE FUNCTION shop.hidden() RETURNS int LANGUAGE plpgsql AS"
                + " 'BEGIN RETURN (SELECT count(*) FROM shop.big_orders); END'");
        String read = "SELECT hidden() FROM plain";
        catalog.refresh();
        Closure undeclared = closure(read);
        assertThat(undeclared.reason()).isEqualTo(RouteReason.VOLATILE_ROUTINE);
        assertThat(undeclared.routines()).containsExactly("hidden");
        assertThat(catalog.routinesOnWriter()).contains("hidden");

        declare("shop.hidden", Set.of("big_orders"), Set.of());
        Closure declared = closure(read);
        assertThat(declared.readOnly()).isTrue();
        assertThat(declared.reads()).contains("shop.plain", "shop.big_orders", "shop.orders");
        assertThat(declared.reads()).doesNotContain(TableLedger.ANYTHING);
        assertThat(catalog.routinesOnWriter()).doesNotContain("hidden");
    }

    @Test
    void aDeclaredFunctionOrProcedureWritesWhatItIsSaidTo() {
        declare("wipe", Set.of(), Set.of("shop.customers"));
        for (String sql : List.of("SELECT wipe()", "CALL shop.wipe()", "{call wipe()}")) {
            Closure closure = closure(sql);
            assertThat(closure.readOnly()).as(sql).isFalse();
            assertThat(closure.writes())
                    .as(sql)
                    .contains("shop.customers", "shop.orders")
                    .doesNotContain(TableLedger.UNKNOWN, TableLedger.CATALOG);
            assertThat(closure.changesCatalog()).isFalse();
        }
        assertThat(closure("CALL wipe(note('x'))").writes())
                .as("another routine may write too")
                .contains(TableLedger.UNKNOWN);
        assertThat(closure("CALL wipe(); DELETE FROM plain").writes()).contains(TableLedger.UNKNOWN);
    }

    @Test
    void aDeclaredTableThatDoesNotExistStandsForAnything() {
        declare("hidden", Set.of("no_such_table"), Set.of());
        assertThat(closure("SELECT hidden() FROM plain").reads()).contains(TableLedger.ANYTHING);
        declare("hidden", Set.of(), Set.of("no_such_table"));
        assertThat(closure("SELECT hidden() FROM plain").writes()).contains(TableLedger.UNKNOWN);
    }

    @Test
    void anInvalidatedCatalogIsUnknownUntilReadAgain() {
        long version = catalog.version();
        catalog.invalidate();
        assertThat(catalog.version()).isGreaterThan(version);
        assertThat(closure("SELECT * FROM plain").reason()).isEqualTo(RouteReason.CATALOG_UNKNOWN);
        catalog.refresh();
        assertThat(closure("SELECT * FROM plain").readOnly()).isTrue();
        long unchanged = catalog.version();
        catalog.refresh();
        assertThat(catalog.version()).isEqualTo(unchanged);
    }
}

package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a profile tells besides route, cacheability and tables. */
class StatementProfileTests {
    private static StatementProfile postgresql(String sql) {
        return SqlAnalyzer.of(Dialect.POSTGRESQL).analyze(sql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            SELECT id FROM orders                          | READ_ONLY
            INSERT INTO orders VALUES (1)                  | WRITES
            SELECT * FROM orders FOR UPDATE                | LOCKS
            SELECT pg_advisory_lock(1)                     | LOCKS
            CREATE TABLE x (id int)                        | CHANGES_SCHEMA
            SELECT id INTO x FROM orders                   | CHANGES_SCHEMA
            GRANT SELECT ON orders TO bob                  | CHANGES_SCHEMA
            BEGIN                                          | TRANSACTION_CONTROL
            SET search_path = a                            | CHANGES_SESSION
            SELECT currval('s')                            | READS_SESSION
            SELECT nextval('s')                            | USES_SEQUENCE
            CALL p()                                       | CALLS_PROCEDURE
            DO 'x'                                         | CALLS_PROCEDURE
            {call p(?)}                                    | CALLS_PROCEDURE
            SELECT f(1)                                    | UNKNOWN_ROUTINE
            SELECT f(1) FROM orders FOR UPDATE             | LOCKS
            SELECT 1; SELECT 2                             | SEVERAL_STATEMENTS
            SELECT 1; DROP TABLE orders                    | CHANGES_SCHEMA
            FROB orders                                    | UNKNOWN_STATEMENT
            SELECT 'x                                      | MALFORMED
            SELECT (1                                      | MALFORMED
            SELECT * FROM pg_stat_activity                 | WRITER_ONLY_RELATION
            """)
    void tellsWhyItIsNoRead(String sql, RouteReason reason) {
        assertThat(postgresql(sql).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            SELECT id FROM orders                          | NONE
            SET search_path = a                            | SESSION
            SET LOCAL search_path = a                      | TRANSACTION
            SELECT set_config('a', 'b', true)              | TRANSACTION
            SELECT set_config('a', 'b', false)             | SESSION
            SELECT set_config('a', 'b', ?)                 | SESSION
            SELECT pg_advisory_lock(1)                     | SESSION
            SELECT pg_advisory_xact_lock(1)                | TRANSACTION
            CREATE TEMP TABLE x (id int)                   | SESSION
            CREATE TEMP TABLE x (id int) ON COMMIT DROP    | TRANSACTION
            DECLARE c CURSOR FOR SELECT 1                  | TRANSACTION
            DECLARE c CURSOR WITH HOLD FOR SELECT 1        | SESSION
            PREPARE p AS SELECT 1                          | SESSION
            LISTEN x                                       | SESSION
            SET LOCAL a = 1; SET b = 2                     | SESSION
            """)
    void tellsHowLongTheSessionIsChanged(String sql, SessionEffect effect) {
        assertThat(postgresql(sql).sessionEffect()).isEqualTo(effect);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            SELECT id FROM orders                          | NONE
            START TRANSACTION                              | BEGIN
            BEGIN READ ONLY                                | BEGIN
            COMMIT                                         | COMMIT
            END                                            | COMMIT
            PREPARE TRANSACTION 'x'                        | COMMIT
            COMMIT PREPARED 'x'                            | COMMIT
            ROLLBACK                                       | ROLLBACK
            ABORT                                          | ROLLBACK
            ROLLBACK TO SAVEPOINT a                        | WITHIN
            ROLLBACK WORK TO a                             | WITHIN
            SAVEPOINT a                                    | WITHIN
            RELEASE a                                      | WITHIN
            SET TRANSACTION READ ONLY                      | WITHIN
            BEGIN; UPDATE orders SET id = 1; COMMIT        | COMMIT
            UPDATE orders SET id = 1; ROLLBACK; SELECT 1   | COMMIT
            """)
    void tellsWhatHappensToTheTransaction(String sql, TransactionControl control) {
        assertThat(postgresql(sql).transactionControl()).isEqualTo(control);
    }

    @Test
    void changesOfTheSchemaCommitInMySql() {
        SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.MYSQL);
        assertThat(analyzer.analyze("CREATE TABLE x (id INT)").transactionControl())
                .isEqualTo(TransactionControl.COMMIT);
        assertThat(analyzer.analyze("SET autocommit = 1").transactionControl()).isEqualTo(TransactionControl.COMMIT);
        assertThat(analyzer.analyze("INSERT INTO x VALUES (1)").transactionControl())
                .isEqualTo(TransactionControl.NONE);
    }

    @Test
    void namesTablesAlsoWhereARoutineMakesReadsUnknown() {
        StatementProfile profile = postgresql("SELECT app.f(o.id), g(1) FROM orders o WHERE lower(o.x) = 'a'");
        assertThat(profile.reads()).containsExactly(TableName.ANY);
        assertThat(profile.writes()).containsExactly(TableName.ANY);
        assertThat(profile.named()).containsExactly(TableName.of("orders"));
        assertThat(profile.routines()).containsExactlyInAnyOrder(TableName.of("app", "f"), TableName.of("g"));
    }

    @Test
    void keepsTheTargetOfAWriteThatCallsAnUnknownRoutine() {
        StatementProfile profile = postgresql("UPDATE orders SET total = f(total)");
        assertThat(profile.writes()).containsExactlyInAnyOrder(TableName.of("orders"), TableName.ANY);
    }

    @Test
    void identifiersHoldEveryNameButNoReservedWord() {
        StatementProfile profile = postgresql(
                "SELECT o.\"Total\", Cascade FROM sales.Orders o WHERE 'quoted' = $$dollar$$ AND o.from = 1");
        assertThat(profile.identifiers()).containsExactlyInAnyOrder("o", "total", "cascade", "sales", "orders", "from");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            SELECT  a , b FROM t WHERE c='x' AND d=5      | SELECT a , b FROM t WHERE c=? AND d=?
            SELECT /* 5 */ 1.5e3, E'a\\'b', $$x$$ -- 7    | SELECT ?, ?, ?
            SELECT 'secret'FROM t                         | SELECT ? FROM t
            SELECT * FROM t WHERE a IN (1,2,:x,$1,?)      | SELECT * FROM t WHERE a IN (?,?,?,?,?)
            """)
    void theShapeHoldsNoLiterals(String sql, String shape) {
        assertThat(postgresql(sql).shape()).isEqualTo(shape);
    }

    @Test
    void theShapeHoldsNoValuesOfBrokenTextsEither() {
        assertThat(postgresql("SELECT 'sec''ret").shape()).doesNotContain("ret");
        assertThat(SqlAnalyzer.of(Dialect.MYSQL).analyze("SELECT \"secret\"").shape())
                .isEqualTo("SELECT ?");
    }
}

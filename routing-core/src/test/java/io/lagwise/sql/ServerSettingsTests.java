package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Settings of a server that change where literals end never turn a write into a read. */
class ServerSettingsTests {
    private static StatementProfile analyze(Dialect dialect, String sql) {
        return SqlAnalyzer.of(dialect).analyze(sql);
    }

    @Test
    void aBackslashBeforeAQuoteIsReadBothWaysInPostgresql() {
        StatementProfile profile = analyze(Dialect.POSTGRESQL, "SELECT '\\'; DELETE FROM orders; --'");
        assertThat(profile.readOnly()).isFalse();
        assertThat(profile.writes()).contains(TableName.of("orders"));
    }

    @Test
    void aReadingThatTheServerRefusesDoesNotCount() {
        assertThat(analyze(Dialect.POSTGRESQL, "SELECT id FROM files WHERE path = 'C:\\' AND name = 'x'")
                        .readOnly())
                .isTrue();
        assertThat(analyze(Dialect.MYSQL, "SELECT id FROM t WHERE a = 'it\\'s; DELETE FROM t; -- '")
                        .readOnly())
                .isTrue();
    }

    @Test
    void bothReadingsAreReadIfBothAreReads() {
        StatementProfile profile =
                analyze(Dialect.POSTGRESQL, "SELECT '\\', (SELECT max(a) FROM t), ' ' AS \"x', \" FROM u");
        assertThat(profile.named()).contains(TableName.of("u"));
    }

    @Test
    void backslashesWithoutEscapesAreReadBothWaysInMySql() {
        StatementProfile profile = analyze(Dialect.MYSQL, "SELECT '\\'; DELETE FROM orders; -- '");
        assertThat(profile.readOnly()).isFalse();
        assertThat(profile.writes()).contains(TableName.of("orders"));
    }

    @Test
    void doubleQuotesAreReadBothWaysInMySql() {
        assertThat(analyze(Dialect.MYSQL, "SELECT \"a\\\"; DELETE FROM orders; -- \"")
                        .readOnly())
                .isFalse();
        assertThat(analyze(Dialect.MYSQL, "SELECT \"evil\"(1) FROM orders").readOnly())
                .isFalse();
        assertThat(analyze(Dialect.MYSQL, "SELECT shop.\"evil\"(1) FROM orders").readOnly())
                .isFalse();
        assertThat(analyze(Dialect.MYSQL, "SELECT id FROM orders WHERE a = \"it's\"")
                        .readOnly())
                .isTrue();
    }

    @Test
    void commentsThatOnlySomeServersRunAreNoReads() {
        assertThat(analyze(Dialect.MYSQL, "SELECT 1 /*!99999 + 1 */").readOnly())
                .isFalse();
        assertThat(analyze(Dialect.MARIADB, "SELECT 1 /*!80000 + 1 */").readOnly())
                .isFalse();
        assertThat(analyze(Dialect.MARIADB, "SELECT 1 /*M! + 1 */").readOnly()).isFalse();
        assertThat(analyze(Dialect.MYSQL, "SELECT 1 /*!40001 + 1 */").readOnly())
                .isTrue();
        assertThat(analyze(Dialect.MYSQL, "SELECT 1 /*! + 1 */").readOnly()).isTrue();
        assertThat(analyze(Dialect.POSTGRESQL, "SELECT 1 /*! FOR UPDATE */").readOnly())
                .isTrue();
    }

    @Test
    void aLoneCarriageReturnEndsALineCommentInSomeServersOnly() {
        assertThat(analyze(Dialect.POSTGRESQL, "SELECT 1 -- x\r; DELETE FROM t").readOnly())
                .isFalse();
        assertThat(analyze(Dialect.MYSQL, "SELECT 1 -- x\r; DELETE FROM t").readOnly())
                .isFalse();
        assertThat(analyze(Dialect.SQLSERVER, "SELECT 1 -- x\r\n FROM t").readOnly())
                .isTrue();
    }

    @Test
    void anUnknownDatabaseMayReadItsOwnWay() {
        assertThat(analyze(Dialect.ANSI, "SELECT 1 # x").readOnly()).isFalse();
        assertThat(analyze(Dialect.ANSI, "SELECT 1 /* a /* b */ c */").readOnly())
                .isFalse();
        assertThat(analyze(Dialect.ANSI, "SELECT $$;$$").readOnly()).isFalse();
        assertThat(analyze(Dialect.ANSI, "SELECT 5--1").readOnly()).isFalse();
        assertThat(analyze(Dialect.ANSI, "SELECT 1 DELETE FROM orders").readOnly())
                .isFalse();
    }
}

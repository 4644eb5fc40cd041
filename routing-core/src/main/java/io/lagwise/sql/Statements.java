package io.lagwise.sql;

import io.lagwise.RouteReason;

/**
 * Reads the statements of a text one after the other, each by its first word.
 *
 * <p>This class knows what is standard; a dialect adds its own statements.
 */
class Statements {
    private final Walk walk;
    private final Cursor cursor;
    private final Findings findings;
    private final Queries queries;
    private final Definitions definitions;

    Statements(Walk walk) {
        this.walk = walk;
        this.cursor = walk.cursor();
        this.findings = walk.findings();
        this.queries = new Queries(walk);
        this.definitions = new Definitions(walk, queries);
    }

    static Statements of(Walk walk) {
        return switch (walk.rules().dialect()) {
            case POSTGRESQL -> new PostgresqlStatements(walk);
            case MYSQL, MARIADB -> new MySqlStatements(walk);
            case SQLSERVER -> new SqlServerStatements(walk);
            case ANSI -> new Statements(walk);
        };
    }

    /** Reads all statements of the text. */
    final void read() {
        int count = 0;
        while (!cursor.is(TokenKind.END) && !findings.broken()) {
            if (!cursor.accept(TokenKind.SEMICOLON)) {
                if (++count == 2) {
                    findings.several();
                }
                statement();
            }
        }
        if (count == 0) {
            findings.because(RouteReason.MALFORMED);
        }
    }

    /** Reads the statement at hand. */
    final void statement() {
        int first = cursor.at();
        Word verb = cursor.word();
        cursor.next();
        if (ownStatement(verb)) {
            return;
        }
        cursor.moveTo(first);
        if (isQueryOrChange(verb)) {
            queries.read(Clause.BODY);
            return;
        }
        cursor.next();
        if (!standardStatement(verb)) {
            findings.unknown(RouteReason.UNKNOWN_STATEMENT);
            cursor.skipStatement();
        }
    }

    /** Reads what follows the verb, if such statements are special in the dialect. */
    boolean ownStatement(Word verb) {
        return false;
    }

    private boolean isQueryOrChange(Word verb) {
        return switch (verb) {
            case SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE, MERGE -> true;
            default -> cursor.is(TokenKind.OPEN);
        };
    }

    private boolean standardStatement(Word verb) {
        switch (verb) {
            case START -> control(TransactionControl.BEGIN);
            case COMMIT -> control(TransactionControl.COMMIT);
            case ROLLBACK -> rollback();
            case SAVEPOINT, RELEASE -> control(TransactionControl.WITHIN);
            case SET -> set();
            case CALL -> procedure();
            case CREATE, ALTER, DROP, TRUNCATE, GRANT, REVOKE, COMMENT -> definitions.read(verb);
            default -> {
                if (cursor.tokens().is(cursor.at() - 1, TokenKind.OPEN_BRACE)) {
                    procedureEscape();
                } else {
                    return false;
                }
            }
        }
        return true;
    }

    // What statements of all dialects have in common

    final Walk walk() {
        return walk;
    }

    final Cursor cursor() {
        return cursor;
    }

    final Findings findings() {
        return findings;
    }

    final Queries queries() {
        return queries;
    }

    final Definitions definitions() {
        return definitions;
    }

    final void effect(RouteReason reason) {
        findings.because(reason);
        cursor.skipStatement();
    }

    final void session(SessionEffect effect) {
        findings.lasting(effect);
        effect(RouteReason.CHANGES_SESSION);
    }

    final void control(TransactionControl control) {
        findings.controls(control);
        cursor.skipStatement();
    }

    final void procedure() {
        findings.unknown(RouteReason.CALLS_PROCEDURE);
        cursor.skipStatement();
    }

    private void procedureEscape() {
        findings.unknown(RouteReason.CALLS_PROCEDURE);
        cursor.moveTo(cursor.tokens().partner(cursor.at() - 1) + 1);
        cursor.skipStatement();
    }

    final void rollback() {
        cursor.acceptAny(Word.WORK, Word.TRANSACTION);
        control(cursor.is(Word.TO) ? TransactionControl.WITHIN : TransactionControl.ROLLBACK);
    }

    final void set() {
        boolean local = cursor.accept(Word.LOCAL);
        boolean forSession = !local && cursor.accept(Word.SESSION);
        if (cursor.is(Word.CONSTRAINTS) || (cursor.is(Word.TRANSACTION) && !forSession)) {
            findings.lasting(SessionEffect.TRANSACTION);
            control(TransactionControl.WITHIN);
        } else {
            session(local ? SessionEffect.TRANSACTION : SessionEffect.SESSION);
        }
    }

    /** Reads the query of a cursor. */
    final void declareCursor() {
        SessionEffect effect = SessionEffect.TRANSACTION;
        findings.because(RouteReason.CHANGES_SESSION);
        while (!cursor.atEnd() && !cursor.accept(Word.FOR)) {
            if (cursor.is(Word.HOLD) && cursor.word(-1) == Word.WITH) {
                effect = SessionEffect.SESSION;
            }
            cursor.step();
        }
        findings.lasting(effect);
        queries.read(Clause.BODY);
    }

    /** Reads the rows of a cursor, whose query stands elsewhere. */
    final void fetch() {
        findings.readsAnything();
        effect(RouteReason.READS_SESSION);
    }
}

package io.lagwise.sql;

import io.lagwise.RouteReason;

/** Reads the statements of a text one after the other, each by its first word. */
final class Statements {
    private final Cursor cursor;
    private final Findings findings;
    private final Queries queries;
    private final Definitions definitions;

    Statements(Cursor cursor, Findings findings, Queries queries, Calls calls) {
        this.cursor = cursor;
        this.findings = findings;
        this.queries = queries;
        this.definitions = new Definitions(cursor, findings, queries, calls);
    }

    /** Reads all statements of the text. */
    void read() {
        int count = 0;
        while (!cursor.is(TokenKind.END) && !findings.broken()) {
            if (!cursor.accept(TokenKind.SEMICOLON)) {
                count++;
                statement();
            }
        }
        if (count == 0) {
            findings.because(RouteReason.MALFORMED);
        } else if (count > 1) {
            findings.because(RouteReason.SEVERAL_STATEMENTS);
        }
    }

    private void statement() {
        switch (cursor.word()) {
            case SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE, MERGE -> queries.read(Clause.BODY);
            case EXPLAIN -> explain();
            case SHOW -> show();
            case BEGIN, START -> control(TransactionControl.BEGIN);
            case COMMIT, END -> commit();
            case ROLLBACK, ABORT -> rollback();
            case SAVEPOINT, RELEASE -> control(TransactionControl.WITHIN);
            case PREPARE -> prepare();
            case SET -> set();
            case RESET, LISTEN, UNLISTEN, LOAD, DEALLOCATE, DISCARD -> session(SessionEffect.SESSION);
            case NOTIFY, CHECKPOINT -> effect(RouteReason.WRITES);
            case DECLARE -> declare();
            case FETCH -> fetch();
            case MOVE, CLOSE -> effect(RouteReason.READS_SESSION);
            case LOCK -> effect(RouteReason.LOCKS);
            case COPY -> copy();
            case DO, CALL, EXECUTE -> procedure();
            case CREATE,
                    ALTER,
                    DROP,
                    TRUNCATE,
                    GRANT,
                    REVOKE,
                    COMMENT,
                    SECURITY,
                    IMPORT,
                    REASSIGN,
                    REFRESH,
                    REINDEX,
                    CLUSTER,
                    VACUUM,
                    ANALYZE,
                    ANALYSE -> definitions.read();
            default -> other();
        }
    }

    private void other() {
        if (cursor.is(TokenKind.OPEN)) {
            queries.read(Clause.BODY);
        } else if (cursor.is(TokenKind.OPEN_BRACE)) {
            procedure();
        } else {
            findings.unknown(RouteReason.UNKNOWN_STATEMENT);
            cursor.skipStatement();
        }
    }

    private void effect(RouteReason reason) {
        findings.because(reason);
        cursor.skipStatement();
    }

    private void procedure() {
        findings.unknown(RouteReason.CALLS_PROCEDURE);
        cursor.skipStatement();
    }

    private void show() {
        findings.uncacheable();
        cursor.next();
        if (cursor.atEnd()) {
            findings.unknown(RouteReason.MALFORMED);
        }
        cursor.skipStatement();
    }

    // Transactions

    private void control(TransactionControl control) {
        findings.controls(control);
        cursor.skipStatement();
    }

    private void commit() {
        cursor.next();
        if (cursor.is(Word.PREPARED)) {
            findings.unknown(RouteReason.TRANSACTION_CONTROL);
        }
        control(TransactionControl.COMMIT);
    }

    private void rollback() {
        cursor.next();
        if (cursor.is(Word.PREPARED)) {
            effect(RouteReason.TRANSACTION_CONTROL);
            return;
        }
        cursor.acceptAny(Word.WORK, Word.TRANSACTION);
        control(cursor.is(Word.TO) ? TransactionControl.WITHIN : TransactionControl.ROLLBACK);
    }

    // The session

    private void session(SessionEffect effect) {
        findings.because(RouteReason.CHANGES_SESSION);
        findings.lasting(effect);
        cursor.skipStatement();
    }

    private void set() {
        cursor.next();
        boolean local = cursor.accept(Word.LOCAL);
        boolean forSession = !local && cursor.accept(Word.SESSION);
        if (cursor.is(Word.CONSTRAINTS) || (cursor.is(Word.TRANSACTION) && !forSession)) {
            findings.lasting(SessionEffect.TRANSACTION);
            control(TransactionControl.WITHIN);
        } else {
            session(local ? SessionEffect.TRANSACTION : SessionEffect.SESSION);
        }
    }

    private void prepare() {
        cursor.next();
        if (cursor.is(Word.TRANSACTION)) {
            control(TransactionControl.COMMIT);
            return;
        }
        findings.because(RouteReason.CHANGES_SESSION);
        findings.lasting(SessionEffect.SESSION);
        if (cursor.skipBehind(Word.AS)) {
            queries.read(Clause.BODY);
        }
    }

    private void declare() {
        SessionEffect effect = SessionEffect.TRANSACTION;
        findings.because(RouteReason.CHANGES_SESSION);
        while (!cursor.atEnd() && !cursor.accept(Word.FOR)) {
            if (cursor.is(Word.HOLD) && cursor.word(-1) == Word.WITH) {
                effect = SessionEffect.SESSION;
            }
            cursor.next();
        }
        findings.lasting(effect);
        queries.read(Clause.BODY);
    }

    private void fetch() {
        findings.readsAnything();
        effect(RouteReason.READS_SESSION);
    }

    // Statements around a statement

    private void explain() {
        cursor.next();
        findings.uncacheable();
        boolean runs = false;
        while (cursor.is(Word.ANALYZE) || cursor.is(Word.ANALYSE) || cursor.is(Word.VERBOSE)) {
            runs |= !cursor.is(Word.VERBOSE);
            cursor.next();
        }
        if (cursor.is(TokenKind.OPEN)
                && !Grammar.beginsQuery(cursor.tokens(), cursor.tokens().lead(cursor.at()))) {
            runs = asksToAnalyze();
            cursor.skipParentheses();
        }
        if (runs) {
            explained();
        } else {
            findings.withoutWrites(this::explained);
        }
    }

    private boolean asksToAnalyze() {
        Tokens tokens = cursor.tokens();
        for (int i = cursor.at() + 1; i < tokens.partner(cursor.at()); i++) {
            boolean analyze = tokens.is(i, Word.ANALYZE) || tokens.is(i, Word.ANALYSE);
            if (analyze && !tokens.is(i + 1, Word.FALSE) && !tokens.is(i + 1, Word.OFF)) {
                return true;
            }
        }
        return false;
    }

    private void explained() {
        switch (cursor.word()) {
            case CREATE, REFRESH -> definitions.read();
            case DECLARE -> declare();
            case EXECUTE -> procedure();
            default -> queries.read(Clause.BODY);
        }
    }

    private void copy() {
        cursor.next();
        if (cursor.is(TokenKind.OPEN)) {
            findings.because(RouteReason.WRITES);
            queries.read(Clause.BODY);
            return;
        }
        if (!cursor.isName()) {
            findings.unknown(RouteReason.MALFORMED);
            return;
        }
        TableName table = cursor.name();
        cursor.skipParentheses();
        if (cursor.is(Word.TO)) {
            findings.because(RouteReason.WRITES);
            findings.read(table);
        } else {
            findings.write(table);
        }
        cursor.skipStatement();
    }
}

package io.lagwise.sql;

import io.lagwise.RouteReason;

/** The statements of PostgreSQL that are not standard. */
final class PostgresqlStatements extends Statements {
    PostgresqlStatements(Walk walk) {
        super(walk);
    }

    @Override
    boolean ownStatement(Word verb) {
        switch (verb) {
            case EXPLAIN -> explain();
            case SHOW -> show();
            case BEGIN -> control(TransactionControl.BEGIN);
            case COMMIT, END -> commit();
            case ROLLBACK, ABORT -> rollbackOrPrepared();
            case PREPARE -> prepare();
            case RESET, LISTEN, UNLISTEN, LOAD, DEALLOCATE, DISCARD -> session(SessionEffect.SESSION);
            case NOTIFY, CHECKPOINT, VACUUM, ANALYZE, ANALYSE, CLUSTER, REINDEX -> effect(RouteReason.WRITES);
            case DECLARE -> declareCursor();
            case FETCH -> fetch();
            case MOVE, CLOSE -> effect(RouteReason.READS_SESSION);
            case LOCK -> effect(RouteReason.LOCKS);
            case COPY -> copy();
            case DO, EXECUTE -> procedure();
            case SECURITY, IMPORT, REASSIGN, REFRESH -> definitions().read(verb);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void show() {
        findings().uncacheable();
        if (cursor().atEnd()) {
            walk().malformed();
        }
        cursor().skipStatement();
    }

    private void commit() {
        if (cursor().is(Word.PREPARED)) {
            findings().unknown(RouteReason.TRANSACTION_CONTROL);
        }
        control(TransactionControl.COMMIT);
    }

    private void rollbackOrPrepared() {
        if (cursor().is(Word.PREPARED)) {
            effect(RouteReason.TRANSACTION_CONTROL);
        } else {
            rollback();
        }
    }

    private void prepare() {
        if (cursor().is(Word.TRANSACTION)) {
            control(TransactionControl.COMMIT);
            return;
        }
        findings().because(RouteReason.CHANGES_SESSION);
        findings().lasting(SessionEffect.SESSION);
        if (cursor().skipBehind(Word.AS)) {
            queries().read(Clause.BODY);
        }
    }

    private void copy() {
        findings().because(RouteReason.WRITES);
        Cursor cursor = cursor();
        if (cursor.is(TokenKind.OPEN)) {
            queries().read(Clause.BODY);
        } else if (cursor.isName()) {
            TableName table = cursor.name();
            cursor.skipParentheses();
            if (cursor.is(Word.TO)) {
                findings().read(table);
            } else {
                findings().write(table);
            }
            cursor.skipStatement();
        } else {
            walk().malformed();
        }
    }

    // EXPLAIN

    private void explain() {
        findings().uncacheable();
        boolean runs = options();
        if (runs) {
            explained();
        } else {
            findings().withoutWrites(this::explained);
        }
    }

    /** Steps over the options; returns whether they ask to run the statement. */
    private boolean options() {
        Cursor cursor = cursor();
        boolean runs = false;
        while (cursor.is(Word.ANALYZE) || cursor.is(Word.ANALYSE) || cursor.is(Word.VERBOSE)) {
            runs |= !cursor.is(Word.VERBOSE);
            cursor.next();
        }
        if (cursor.is(TokenKind.OPEN)
                && !Grammar.beginsQuery(cursor.tokens(), cursor.tokens().lead(cursor.at()))) {
            runs |= asksToAnalyze();
            cursor.skipParentheses();
        }
        return runs;
    }

    private boolean asksToAnalyze() {
        Tokens tokens = cursor().tokens();
        int open = cursor().at();
        for (int i = open + 1; i < tokens.partner(open); i++) {
            boolean analyze = tokens.is(i, Word.ANALYZE) || tokens.is(i, Word.ANALYSE);
            if (analyze && !tokens.is(i + 1, Word.FALSE) && !tokens.is(i + 1, Word.OFF)) {
                return true;
            }
        }
        return false;
    }

    private void explained() {
        Word verb = cursor().word();
        switch (verb) {
            case CREATE, REFRESH -> {
                cursor().next();
                definitions().read(verb);
            }
            case DECLARE -> declareCursor();
            case EXECUTE -> procedure();
            default -> queries().read(Clause.BODY);
        }
    }
}

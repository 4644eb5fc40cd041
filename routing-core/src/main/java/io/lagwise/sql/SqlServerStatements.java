package io.lagwise.sql;

import io.lagwise.RouteReason;

/** The statements of SQL Server that are not standard. */
final class SqlServerStatements extends Statements {
    SqlServerStatements(Walk walk) {
        super(walk);
    }

    @Override
    boolean ownStatement(Word verb) {
        switch (verb) {
            case EXEC, EXECUTE -> execute();
            case IF, WHILE, PRINT, RAISERROR, RETURN, THROW -> flow();
            case BEGIN -> begin();
            case END, ELSE, BREAK, CONTINUE -> block();
            case COMMIT -> control(TransactionControl.COMMIT);
            case ROLLBACK -> rollbackTransaction();
            case SAVE -> control(TransactionControl.WITHIN);
            case DECLARE -> declare();
            case SET -> setOption();
            case USE, REVERT, SETUSER -> session(SessionEffect.SESSION);
            case OPEN, CLOSE, DEALLOCATE -> effect(RouteReason.READS_SESSION);
            case FETCH -> fetch();
            case BULK -> bulkInsert();
            case UPDATE -> {
                if (!cursor().is(Word.STATISTICS)) {
                    return false;
                }
                effect(RouteReason.WRITES);
            }
            case GRANT, REVOKE, DENY -> privileges();
            case BACKUP, RESTORE, CHECKPOINT, DBCC, KILL, RECONFIGURE, SHUTDOWN -> effect(RouteReason.WRITES);
            case WAITFOR -> waitFor();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void execute() {
        if (cursor().is(Word.AS)) {
            session(SessionEffect.SESSION);
        } else {
            procedure();
        }
    }

    private void flow() {
        findings().several();
        if (!cursor().statementEnds()) {
            queries().read(Clause.EXPRESSION);
        }
    }

    private void block() {
        findings().several();
        cursor().acceptAny(Word.TRY, Word.CATCH, Word.CONVERSATION);
    }

    private void begin() {
        if (cursor().acceptAny(Word.TRAN, Word.TRANSACTION, Word.DISTRIBUTED)) {
            control(TransactionControl.BEGIN);
        } else if (cursor().acceptAny(Word.DIALOG, Word.CONVERSATION)) {
            effect(RouteReason.WRITES);
        } else {
            block();
        }
    }

    /** ROLLBACK with a name may go back to a savepoint only. */
    private void rollbackTransaction() {
        cursor().acceptAny(Word.TRAN, Word.TRANSACTION, Word.WORK);
        boolean named = !cursor().statementEnds();
        control(named ? TransactionControl.WITHIN : TransactionControl.ROLLBACK);
    }

    private void declare() {
        findings().because(RouteReason.CHANGES_SESSION);
        boolean ofCursor = cursor().isName();
        if (ofCursor) {
            declareCursor();
            findings().lasting(SessionEffect.SESSION);
        } else {
            queries().read(Clause.EXPRESSION);
        }
    }

    private void setOption() {
        findings().because(RouteReason.CHANGES_SESSION);
        if (cursor().is(TokenKind.VARIABLE)) {
            queries().read(Clause.EXPRESSION);
            return;
        }
        if (cursor().is(Word.TRANSACTION)) {
            findings().controls(TransactionControl.WITHIN);
        }
        session(SessionEffect.SESSION);
    }

    private void bulkInsert() {
        cursor().accept(Word.INSERT);
        definitions().target();
        effect(RouteReason.WRITES);
    }

    private void privileges() {
        while (!cursor().atEnd() && !cursor().acceptAny(Word.TO, Word.FROM)) {
            cursor().step();
        }
        effect(RouteReason.CHANGES_SCHEMA);
    }

    private void waitFor() {
        if (cursor().is(TokenKind.OPEN)) {
            findings().unknown(RouteReason.UNKNOWN_STATEMENT);
        }
        effect(RouteReason.UNKNOWN_STATEMENT);
    }
}

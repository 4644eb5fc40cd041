package io.lagwise.sql;

import io.lagwise.RouteReason;

/** The statements of MySQL and MariaDB that are not standard. */
final class MySqlStatements extends Statements {
    MySqlStatements(Walk walk) {
        super(walk);
    }

    @Override
    boolean ownStatement(Word verb) {
        switch (verb) {
            case REPLACE -> replace();
            case EXPLAIN, DESCRIBE, DESC -> explain();
            case ANALYZE -> analyze();
            case SHOW -> show();
            case BEGIN -> begin();
            case START -> start();
            case XA -> xa();
            case SET -> setVariables();
            case USE -> session(SessionEffect.SESSION);
            case PREPARE -> prepare();
            case EXECUTE -> procedure();
            case DEALLOCATE -> session(SessionEffect.SESSION);
            case DROP -> drop();
            case DO -> evaluate();
            case HANDLER -> handler();
            case LOCK, UNLOCK -> lock();
            case LOAD -> load();
            case RENAME -> rename();
            case FLUSH, RESET, OPTIMIZE, REPAIR, CHECK, CACHE, INSTALL, UNINSTALL, CHANGE, STOP, PURGE, IMPORT ->
                administer();
            case CHECKSUM, KILL, BINLOG, SHUTDOWN, RESTART, CLONE, HELP -> effect(RouteReason.WRITES);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void replace() {
        cursor().moveTo(cursor().at() - 1);
        queries().read(Clause.BODY);
    }

    private void administer() {
        findings().commitsBefore();
        effect(RouteReason.WRITES);
    }

    // Reads

    private void explain() {
        findings().uncacheable();
        boolean runs = cursor().accept(Word.ANALYZE);
        skipExplainOptions();
        if (cursor().is(Word.FOR)) {
            effect(RouteReason.READS_SESSION);
        } else if (!beginsStatement()) {
            cursor().skipStatement();
        } else if (runs) {
            explained();
        } else {
            findings().withoutWrites(this::explained);
        }
    }

    /** ANALYZE runs the statement in MariaDB; of a table it writes statistics. */
    private void analyze() {
        skipExplainOptions();
        if (beginsStatement() && !cursor().is(Word.TABLE)) {
            findings().uncacheable();
            explained();
        } else {
            administer();
        }
    }

    private void skipExplainOptions() {
        Cursor cursor = cursor();
        cursor.acceptAny(Word.EXTENDED, Word.PARTITIONS);
        if (cursor.accept(Word.FORMAT)) {
            cursor.accept(TokenKind.OPERATOR);
            cursor.next();
        }
    }

    private boolean beginsStatement() {
        return switch (cursor().word()) {
            case SELECT, WITH, VALUES, INSERT, REPLACE, UPDATE, DELETE -> true;
            case TABLE -> cursor().tokens().isName(cursor().at() + 1);
            default -> cursor().is(TokenKind.OPEN);
        };
    }

    private void explained() {
        queries().read(Clause.BODY);
    }

    private void show() {
        findings().uncacheable();
        Cursor cursor = cursor();
        cursor.acceptAny(Word.FULL, Word.EXTENDED, Word.GLOBAL, Word.SESSION);
        if (!isShownAlikeEverywhere(cursor.word())) {
            findings().because(RouteReason.READS_SESSION);
        }
        while (!cursor.atEnd()) {
            if (cursor.isName() && cursor.tokens().is(cursor.at() + 1, TokenKind.OPEN)) {
                walk().calls().calledUnlessWord(cursor.at());
            }
            cursor.next();
        }
    }

    /** Returns whether readers show the same as the writer. */
    private static boolean isShownAlikeEverywhere(Word what) {
        return switch (what) {
            case CHARACTER,
                    COLLATION,
                    COLUMNS,
                    CREATE,
                    DATABASES,
                    ENGINES,
                    EVENTS,
                    FIELDS,
                    FUNCTION,
                    GRANTS,
                    INDEX,
                    INDEXES,
                    KEYS,
                    PLUGINS,
                    PRIVILEGES,
                    PROCEDURE,
                    SCHEMAS,
                    STORAGE,
                    TABLE,
                    TABLES,
                    TRIGGERS,
                    VARIABLES -> true;
            default -> false;
        };
    }

    /** HANDLER reads a table through a state of the session. */
    private void handler() {
        Cursor cursor = cursor();
        if (cursor.isName()) {
            TableName table = cursor.name();
            if (cursor.is(Word.READ)) {
                findings().read(table);
                effect(RouteReason.READS_SESSION);
                return;
            }
        }
        session(SessionEffect.SESSION);
    }

    /** DO evaluates expressions for what they do. */
    private void evaluate() {
        findings().because(RouteReason.CALLS_PROCEDURE);
        queries().read(Clause.EXPRESSION);
    }

    // Transactions

    private void begin() {
        if (cursor().is(Word.NOT)) {
            procedure();
        } else {
            control(TransactionControl.BEGIN);
        }
    }

    private void start() {
        if (cursor().is(Word.TRANSACTION)) {
            control(TransactionControl.BEGIN);
        } else {
            administer();
        }
    }

    private void xa() {
        switch (cursor().word()) {
            case START, BEGIN -> control(TransactionControl.BEGIN);
            case END -> control(TransactionControl.WITHIN);
            case PREPARE -> control(TransactionControl.COMMIT);
            case ROLLBACK -> control(TransactionControl.ROLLBACK);
            case RECOVER -> effect(RouteReason.READS_SESSION);
            default -> {
                findings().unknown(RouteReason.TRANSACTION_CONTROL);
                control(TransactionControl.COMMIT);
            }
        }
    }

    // The session

    private void setVariables() {
        Cursor cursor = cursor();
        boolean permanent = cursor.acceptAny(Word.GLOBAL, Word.SESSION, Word.LOCAL);
        switch (cursor.word()) {
            case TRANSACTION -> {
                findings().lasting(permanent ? SessionEffect.SESSION : SessionEffect.TRANSACTION);
                control(TransactionControl.WITHIN);
            }
            case STATEMENT -> setForStatement();
            case PASSWORD, ROLE, DEFAULT, RESOURCE -> {
                findings().commitsBefore();
                session(SessionEffect.SESSION);
            }
            case NAMES, CHARACTER, CHARSET -> session(SessionEffect.SESSION);
            default -> assignments();
        }
    }

    private void assignments() {
        if (cursor().is(Word.AUTOCOMMIT) || namesAutocommit()) {
            findings().controls(TransactionControl.COMMIT);
        }
        findings().because(RouteReason.CHANGES_SESSION);
        findings().lasting(SessionEffect.SESSION);
        queries().read(Clause.EXPRESSION);
    }

    private boolean namesAutocommit() {
        Tokens tokens = cursor().tokens();
        for (int i = cursor().at(); i < tokens.size() && !tokens.is(i, TokenKind.SEMICOLON); i++) {
            boolean variable = tokens.is(i, TokenKind.VARIABLE)
                    && tokens.text(i).toLowerCase(java.util.Locale.ROOT).endsWith("autocommit");
            if (tokens.is(i, Word.AUTOCOMMIT) || variable) {
                return true;
            }
        }
        return false;
    }

    /** SET STATEMENT x = y FOR is MariaDB's setting for one statement. */
    private void setForStatement() {
        findings().because(RouteReason.CHANGES_SESSION);
        if (cursor().skipBehind(Word.FOR)) {
            statement();
        } else {
            walk().malformed();
        }
    }

    private void prepare() {
        findings().unknown(RouteReason.CHANGES_SESSION);
        session(SessionEffect.SESSION);
    }

    private void drop() {
        if (cursor().is(Word.PREPARE)) {
            session(SessionEffect.SESSION);
        } else {
            definitions().read(Word.DROP);
        }
    }

    private void lock() {
        findings().commitsBefore();
        findings().lasting(SessionEffect.SESSION);
        effect(RouteReason.LOCKS);
    }

    // Writes

    private void load() {
        Cursor cursor = cursor();
        findings().because(RouteReason.WRITES);
        if (cursor.is(Word.INDEX)) {
            administer();
            return;
        }
        boolean table = cursor.skipBehind(Word.INTO) && cursor.accept(Word.TABLE);
        if (!table || !cursor.isName()) {
            walk().malformed();
            return;
        }
        findings().write(cursor.name());
        if (cursor.skipBehind(Word.SET)) {
            queries().read(Clause.EXPRESSION);
        }
    }

    private void rename() {
        findings().commitsBefore();
        findings().because(RouteReason.CHANGES_SCHEMA);
        Cursor cursor = cursor();
        if (cursor.acceptAny(Word.TABLE, Word.TABLES)) {
            definitions().target();
            while (!cursor.atEnd()) {
                if (cursor.accept(TokenKind.COMMA) || cursor.accept(Word.TO)) {
                    definitions().target();
                } else {
                    cursor.next();
                }
            }
        }
        cursor.skipStatement();
    }
}

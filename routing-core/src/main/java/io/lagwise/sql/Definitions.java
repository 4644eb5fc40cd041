package io.lagwise.sql;

import io.lagwise.RouteReason;

/** Reads statements that change the schema or privileges, for the tables that they touch. */
final class Definitions {
    private final Walk walk;
    private final Cursor cursor;
    private final Tokens tokens;
    private final Findings findings;
    private final Queries queries;

    Definitions(Walk walk, Queries queries) {
        this.walk = walk;
        this.cursor = walk.cursor();
        this.tokens = walk.tokens();
        this.findings = walk.findings();
        this.queries = queries;
    }

    /** Reads what follows the verb. */
    void read(Word verb) {
        if (walk.rules().implicitCommits()) {
            findings.commitsBefore();
        }
        switch (verb) {
            case TRUNCATE -> truncate();
            case CREATE -> create();
            case ALTER, DROP -> modify(verb);
            case REFRESH -> refresh();
            default -> rest(RouteReason.CHANGES_SCHEMA);
        }
    }

    private void rest(RouteReason reason) {
        findings.because(reason);
        cursor.skipStatement();
    }

    private void truncate() {
        findings.because(RouteReason.WRITES);
        cursor.accept(Word.TABLE);
        targets();
        cursor.skipStatement();
    }

    private void refresh() {
        findings.because(RouteReason.WRITES);
        cursor.accept(Word.MATERIALIZED);
        cursor.accept(Word.VIEW);
        cursor.accept(Word.CONCURRENTLY);
        target();
        cursor.skipStatement();
    }

    // CREATE

    private void create() {
        findings.because(RouteReason.CHANGES_SCHEMA);
        boolean temporary = false;
        while (isModifier()) {
            temporary |= cursor.is(Word.TEMP) || cursor.is(Word.TEMPORARY);
            modifier();
        }
        Word object = cursor.word();
        cursor.next();
        switch (object) {
            case TABLE, VIEW -> {
                if (temporary) {
                    findings.lasting(isDroppedOnCommit() ? SessionEffect.TRANSACTION : SessionEffect.SESSION);
                }
                createdFrom();
            }
            case INDEX, POLICY -> onTable(Word.ON);
            case RULE -> onTable(Word.TO);
            case TRIGGER -> trigger();
            case FUNCTION, PROCEDURE, PROC, EVENT, PACKAGE -> body();
            default -> cursor.skipStatement();
        }
    }

    private boolean isModifier() {
        return switch (cursor.word()) {
            case OR,
                    REPLACE,
                    ALTER,
                    GLOBAL,
                    LOCAL,
                    TEMP,
                    TEMPORARY,
                    UNLOGGED,
                    RECURSIVE,
                    MATERIALIZED,
                    FOREIGN,
                    UNIQUE,
                    FULLTEXT,
                    SPATIAL,
                    VECTOR,
                    CLUSTERED,
                    NONCLUSTERED,
                    COLUMNSTORE,
                    PRIMARY,
                    XML,
                    EXTERNAL,
                    CONSTRAINT,
                    AGGREGATE,
                    ONLINE,
                    OFFLINE,
                    ALGORITHM,
                    DEFINER,
                    SQL -> true;
            default -> false;
        };
    }

    /** Steps over a modifier with its value. */
    private void modifier() {
        Word modifier = cursor.word();
        cursor.next();
        if (modifier == Word.SQL || modifier == Word.ALGORITHM) {
            cursor.next();
            cursor.next();
        } else if (modifier == Word.DEFINER) {
            cursor.next();
            cursor.next();
            cursor.accept(TokenKind.VARIABLE);
            cursor.skipParentheses();
        }
    }

    private boolean isDroppedOnCommit() {
        for (int i = cursor.at(); i < tokens.size() && !tokens.is(i, TokenKind.SEMICOLON); i++) {
            if (tokens.is(i, Word.COMMIT) && tokens.is(i + 1, Word.DROP)) {
                return true;
            }
        }
        return false;
    }

    /** Reads the name of what is created and the query that it is created from. */
    private void createdFrom() {
        skipIfExists();
        TableName created = target();
        if (walk.rules().relations().isTemporary(created)) {
            findings.lasting(SessionEffect.SESSION);
        }
        while (!cursor.statementEnds()) {
            if (beginsQuery()) {
                cursor.accept(Word.AS);
                queries.read(Clause.QUERY);
                return;
            }
            definition();
        }
        if (cursor.is(Word.SELECT)) {
            queries.read(Clause.QUERY);
        }
    }

    private boolean beginsQuery() {
        if (cursor.is(TokenKind.OPEN)) {
            return Grammar.beginsQuery(tokens, tokens.lead(cursor.at()));
        }
        if (cursor.is(Word.AS)) {
            int next = cursor.at() + 1;
            return Grammar.beginsQuery(tokens, tokens.is(next, TokenKind.OPEN) ? tokens.lead(next) : next);
        }
        return cursor.is(Word.SELECT) || cursor.is(Word.VALUES) && cursor.word(-1) != Word.FOR;
    }

    private void definition() {
        switch (cursor.word()) {
            case EXECUTE -> {
                findings.unknown(RouteReason.CALLS_PROCEDURE);
                cursor.next();
            }
            case LIKE -> {
                cursor.next();
                if (cursor.isName()) {
                    findings.read(cursor.name());
                }
            }
            case OF -> {
                cursor.next();
                if (cursor.word(-2) == Word.PARTITION) {
                    target();
                }
            }
            case INHERITS -> {
                cursor.next();
                if (cursor.accept(TokenKind.OPEN)) {
                    targets();
                }
            }
            default -> {
                if (cursor.is(TokenKind.OPEN)) {
                    likes();
                }
                cursor.step();
            }
        }
    }

    /** Notes the tables whose definition is copied by LIKE within the column list. */
    private void likes() {
        int open = cursor.at();
        int close = tokens.partner(open);
        for (int i = open + 1; i < close; i++) {
            boolean first = tokens.is(i - 1, TokenKind.COMMA) || i == open + 1;
            if (first && tokens.is(i, Word.LIKE) && tokens.isName(i + 1)) {
                cursor.moveTo(i + 1);
                findings.read(cursor.name());
            }
        }
        cursor.moveTo(open);
    }

    private void onTable(Word before) {
        if (cursor.skipBehind(before)) {
            target();
        }
        cursor.skipStatement();
    }

    private void trigger() {
        if (cursor.skipBehind(Word.ON) && !cursor.is(Word.DATABASE) && !cursor.is(Word.ALL)) {
            target();
        }
        body();
    }

    /** Passes over the body of a routine, which may hold statements and semicolons of its own. */
    private void body() {
        if (walk.rules().unseparated()) {
            cursor.moveTo(tokens.size());
        }
        while (!cursor.atEnd()) {
            boolean block = cursor.is(Word.BEGIN);
            cursor.next();
            if (block && cursor.accept(Word.ATOMIC)) {
                atomicBody();
            } else if (block) {
                compoundBody();
            }
        }
    }

    private void atomicBody() {
        int open = 1;
        while (open > 0 && !cursor.is(TokenKind.END)) {
            open += cursor.is(Word.CASE) ? 1 : 0;
            open -= cursor.is(Word.END) ? 1 : 0;
            cursor.next();
        }
    }

    /** Where a body of several statements ends is not looked for: what follows it, if anything, may do anything. */
    private void compoundBody() {
        cursor.moveTo(tokens.size());
        int last = tokens.size() - 1;
        while (tokens.is(last, TokenKind.SEMICOLON)) {
            last--;
        }
        if (!tokens.is(last, Word.END)) {
            findings.unknown(RouteReason.UNKNOWN_STATEMENT);
        }
    }

    // ALTER and DROP

    private void modify(Word verb) {
        findings.because(RouteReason.CHANGES_SCHEMA);
        cursor.acceptAny(Word.FOREIGN, Word.MATERIALIZED, Word.TEMPORARY, Word.ONLINE, Word.IGNORE);
        if (cursor.acceptAny(Word.TABLE, Word.TABLES, Word.VIEW)) {
            skipIfExists();
            targets();
            if (verb == Word.ALTER) {
                alterations();
            }
        } else if (verb == Word.ALTER && isRoutine()) {
            body();
        }
        cursor.skipStatement();
    }

    private boolean isRoutine() {
        return walk.rules().unseparated() && cursor.acceptAny(Word.FUNCTION, Word.PROCEDURE, Word.PROC, Word.TRIGGER);
    }

    /** Looks for other tables that take part and for routines that compute columns anew. */
    private void alterations() {
        boolean computes = false;
        while (!cursor.statementEnds()) {
            computes |= cursor.is(Word.USING) || cursor.is(Word.DEFAULT);
            if (computes && cursor.isName() && tokens.is(cursor.at() + 1, TokenKind.OPEN)) {
                walk.calls().calledUnlessWord(cursor.at());
            }
            boolean partition = cursor.acceptAny(Word.ATTACH, Word.DETACH) && cursor.accept(Word.PARTITION);
            boolean exchange = cursor.is(Word.TABLE) && cursor.word(-1) == Word.WITH;
            boolean change = cursor.is(Word.TO) && cursor.tokens().isName(cursor.at() + 1);
            if (partition) {
                target();
            } else {
                cursor.next();
                if ((exchange || change) && cursor.isName()) {
                    target();
                }
            }
        }
    }

    private void skipIfExists() {
        cursor.accept(Word.CONCURRENTLY);
        boolean exists = cursor.word(1) == Word.EXISTS || (cursor.word(1) == Word.NOT && cursor.word(2) == Word.EXISTS);
        if (cursor.is(Word.IF) && exists) {
            cursor.next();
            cursor.accept(Word.NOT);
            cursor.accept(Word.EXISTS);
        }
    }

    private void targets() {
        do {
            target();
            cursor.accept(TokenKind.STAR);
        } while (cursor.accept(TokenKind.COMMA));
    }

    /** Reads the name of a table that the statement changes. */
    TableName target() {
        if (tokens.reserved(cursor.at())) {
            cursor.accept(Word.ONLY);
        }
        if (!cursor.isName()) {
            findings.unknown(RouteReason.MALFORMED);
            return TableName.ANY;
        }
        TableName table = cursor.name();
        findings.write(table);
        return table;
    }
}

package io.lagwise.sql;

import io.lagwise.RouteReason;

/** Reads statements that change the schema, privileges or storage, for the tables that they touch. */
final class Definitions {
    private final Cursor cursor;
    private final Tokens tokens;
    private final Findings findings;
    private final Queries queries;
    private final Calls calls;

    Definitions(Cursor cursor, Findings findings, Queries queries, Calls calls) {
        this.cursor = cursor;
        this.tokens = cursor.tokens();
        this.findings = findings;
        this.queries = queries;
        this.calls = calls;
    }

    /** Reads the statement at hand. */
    void read() {
        Word verb = cursor.word();
        cursor.next();
        switch (verb) {
            case TRUNCATE -> truncate();
            case CREATE -> create();
            case ALTER, DROP -> {
                findings.because(RouteReason.CHANGES_SCHEMA);
                modify(verb);
            }
            case REFRESH -> refresh();
            case VACUUM, ANALYZE, ANALYSE, CLUSTER, REINDEX -> rest(RouteReason.WRITES);
            default -> rest(RouteReason.CHANGES_SCHEMA);
        }
    }

    private void rest(RouteReason reason) {
        findings.because(reason);
        cursor.skipStatement();
    }

    private void truncate() {
        cursor.accept(Word.TABLE);
        targets();
        rest(RouteReason.WRITES);
    }

    private void refresh() {
        cursor.accept(Word.MATERIALIZED);
        cursor.accept(Word.VIEW);
        cursor.accept(Word.CONCURRENTLY);
        target();
        rest(RouteReason.WRITES);
    }

    private void create() {
        findings.because(RouteReason.CHANGES_SCHEMA);
        boolean temporary = false;
        while (!cursor.atEnd()) {
            switch (cursor.word()) {
                case TABLE -> {
                    createTable(temporary);
                    return;
                }
                case VIEW -> {
                    createTable(temporary);
                    return;
                }
                case RULE -> {
                    rule();
                    return;
                }
                case INDEX, TRIGGER, POLICY -> {
                    onTable();
                    return;
                }
                case FUNCTION, PROCEDURE -> {
                    routine();
                    return;
                }
                case TEMP, TEMPORARY -> {
                    temporary = true;
                    cursor.next();
                }
                case OR,
                        REPLACE,
                        GLOBAL,
                        LOCAL,
                        UNLOGGED,
                        RECURSIVE,
                        MATERIALIZED,
                        FOREIGN,
                        UNIQUE,
                        CONSTRAINTS,
                        EVENT -> cursor.next();
                default -> {
                    cursor.skipStatement();
                    return;
                }
            }
        }
    }

    private void createTable(boolean temporary) {
        cursor.next();
        if (temporary) {
            findings.lasting(isDroppedOnCommit() ? SessionEffect.TRANSACTION : SessionEffect.SESSION);
        }
        createdFrom();
    }

    private boolean isDroppedOnCommit() {
        int i = cursor.at();
        while (i < tokens.size() && !tokens.is(i, TokenKind.SEMICOLON)) {
            if (tokens.is(i, Word.COMMIT) && tokens.is(i + 1, Word.DROP)) {
                return true;
            }
            i++;
        }
        return false;
    }

    /** Reads the name of what is created and, behind AS, the query that it is created from. */
    private void createdFrom() {
        skipIfExists();
        target();
        while (!cursor.atEnd()) {
            if (cursor.is(TokenKind.OPEN)) {
                likes(cursor.at());
                cursor.skipParentheses();
            } else if (cursor.is(Word.AS) && cursor.word(1) != Word.EXECUTE) {
                cursor.next();
                queries.read(Clause.QUERY);
                return;
            } else if (cursor.accept(Word.EXECUTE)) {
                findings.unknown(RouteReason.CALLS_PROCEDURE);
            } else if (cursor.is(Word.OF) && cursor.word(-1) == Word.PARTITION) {
                cursor.next();
                target();
            } else if (cursor.is(Word.INHERITS)) {
                cursor.next();
                parents();
            } else {
                cursor.next();
            }
        }
    }

    /** Notes the tables whose definition is copied by LIKE within the column list. */
    private void likes(int open) {
        int back = cursor.at();
        int close = tokens.partner(open);
        for (int i = open + 1; i < close; i++) {
            boolean first = tokens.is(i - 1, TokenKind.COMMA) || i == open + 1;
            if (first && tokens.is(i, Word.LIKE) && tokens.isName(i + 1)) {
                cursor.moveTo(i + 1);
                findings.read(cursor.name());
            }
        }
        cursor.moveTo(back);
    }

    private void parents() {
        if (cursor.accept(TokenKind.OPEN)) {
            targets();
        }
    }

    private void onTable() {
        while (!cursor.atEnd() && !cursor.accept(Word.ON)) {
            cursor.next();
        }
        target();
        cursor.skipStatement();
    }

    private void rule() {
        cursor.skipBehind(Word.TO);
        target();
        cursor.skipStatement();
    }

    /** Passes over the body of a routine, which may hold semicolons of its own. */
    private void routine() {
        while (!cursor.atEnd()) {
            if (cursor.is(Word.BEGIN) && cursor.word(1) == Word.ATOMIC) {
                atomicBody();
            } else {
                cursor.next();
            }
        }
    }

    private void atomicBody() {
        int open = 1;
        cursor.next();
        while (open > 0 && !cursor.is(TokenKind.END)) {
            open += cursor.is(Word.CASE) ? 1 : 0;
            open -= cursor.is(Word.END) ? 1 : 0;
            cursor.next();
        }
    }

    private void modify(Word verb) {
        cursor.acceptAny(Word.FOREIGN, Word.MATERIALIZED);
        if (cursor.acceptAny(Word.TABLE, Word.VIEW)) {
            skipIfExists();
            targets();
            if (verb == Word.ALTER) {
                alterations();
            }
        }
        cursor.skipStatement();
    }

    /** Looks for partitions that come or go and for routines that compute columns anew. */
    private void alterations() {
        boolean computes = false;
        while (!cursor.atEnd()) {
            computes |= cursor.is(Word.USING) || cursor.is(Word.DEFAULT);
            if (computes && cursor.isName() && tokens.is(cursor.at() + 1, TokenKind.OPEN)) {
                calls.calledUnlessWord(cursor.at());
            }
            boolean partition = cursor.acceptAny(Word.ATTACH, Word.DETACH) && cursor.accept(Word.PARTITION);
            if (partition) {
                target();
            } else {
                cursor.next();
            }
        }
    }

    private void skipIfExists() {
        cursor.accept(Word.CONCURRENTLY);
        if (cursor.is(Word.IF) && (cursor.word(1) == Word.EXISTS || cursor.word(1) == Word.NOT)) {
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

    private void target() {
        cursor.accept(Word.ONLY);
        if (cursor.isName()) {
            findings.write(cursor.name());
        } else {
            findings.unknown(RouteReason.MALFORMED);
        }
    }
}

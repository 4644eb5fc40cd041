package io.lagwise.sql;

import io.lagwise.RouteReason;

/** Reads expressions, and the words that lead from one clause of a query to the next. */
final class Expressions {
    private final Walk walk;
    private final Cursor cursor;
    private final Tokens tokens;
    private final Findings findings;
    private final Calls calls;

    Expressions(Walk walk) {
        this.walk = walk;
        this.cursor = walk.cursor();
        this.tokens = walk.tokens();
        this.findings = walk.findings();
        this.calls = walk.calls();
    }

    void step() {
        Frame frame = walk.frame();
        switch (cursor.kind()) {
            case WORD -> word(frame);
            case QUOTED -> name(frame);
            case OPEN, OPEN_BRACKET -> walk.open(Clause.START, frame.clause);
            case OPEN_BRACE -> escape();
            case COMMA -> comma(frame);
            case STAR -> star();
            case CAST -> cast(frame);
            case STRING -> string();
            case VARIABLE -> {
                calls.variable(cursor.at());
                cursor.next();
            }
            default -> cursor.next();
        }
    }

    private void comma(Frame frame) {
        cursor.next();
        if (frame.clause == Clause.CONDITION && frame.verb != Word.MERGE) {
            frame.nextItem();
        } else {
            frame.commas++;
            if (frame.assigning) {
                assignment(frame);
            }
        }
    }

    /** Begins the assignments of an UPDATE whose FROM items come first. */
    private void set(Frame frame) {
        if (frame.verb != Word.UPDATE || frame.targets == null) {
            name(frame);
            return;
        }
        cursor.next();
        frame.plainExpression();
        frame.assigning = true;
        assignment(frame);
    }

    /** Notes the column that an assignment sets. */
    private void assignment(Frame frame) {
        if (frame.targets != null && cursor.isName()) {
            frame.targets.assigned(cursor.name());
        }
    }

    private void star() {
        if (Grammar.isStarBeforeName(tokens, cursor.at())) {
            walk.malformed();
        }
        cursor.next();
    }

    private void string() {
        calls.literal(cursor.at());
        cursor.next();
        if (Grammar.couldBeName(tokens, cursor.at() - 1)) {
            findings.unknown(RouteReason.UNKNOWN_STATEMENT);
        }
    }

    private void word(Frame frame) {
        switch (cursor.word()) {
            case FROM -> from(frame);
            case INTO -> into(frame);
            case FOR -> forClause(frame);
            case UNION, INTERSECT, EXCEPT -> setOperation(frame);
            case MINUS -> minus(frame);
            case SELECT -> select(frame);
            case JOIN, STRAIGHT_JOIN -> join(frame);
            case CROSS, NATURAL, INNER, OUTER, LEFT, RIGHT, FULL -> joinOrName(frame);
            case AS -> label();
            case CASE -> {
                frame.cases++;
                cursor.next();
            }
            case END -> {
                frame.cases--;
                cursor.next();
            }
            case SET -> set(frame);
            case LOCK -> lock(frame);
            case SQL_CALC_FOUND_ROWS -> {
                findings.because(RouteReason.CHANGES_SESSION);
                findings.lasting(SessionEffect.SESSION);
                cursor.next();
            }
            case EXEC, EXECUTE -> execute(frame);
            case GROUP -> clauseWord(frame).grouping = !tokens.is(cursor.at() - 2, Word.WITHIN);
            case WHERE, HAVING -> clauseWord(frame).filtering = true;
            case ORDER, LIMIT, OFFSET, WINDOW, RETURNING, WHEN -> clauseWord(frame);
            case INSERT, UPDATE, DELETE, MERGE, REPLACE, CREATE, ALTER, DROP, GRANT, CALL -> verb(frame);
            case KEEP -> keep(frame);
            default -> other(frame);
        }
    }

    private Frame clauseWord(Frame frame) {
        frame.plainExpression();
        cursor.next();
        return frame;
    }

    private void from(Frame frame) {
        boolean comparison = Grammar.isDistinctFrom(tokens, cursor.at());
        cursor.next();
        if (comparison || frame.argumentWords) {
            return;
        }
        switch (frame.verb) {
            case SELECT, UPDATE, DELETE -> frame.nextItem();
            default -> walk.malformed();
        }
    }

    private void select(Frame frame) {
        if (frame.verb == Word.INSERT) {
            frame.clause = Clause.QUERY;
        } else {
            walk.malformed();
        }
    }

    private void execute(Frame frame) {
        if (frame.verb == Word.INSERT) {
            findings.unknown(RouteReason.CALLS_PROCEDURE);
            cursor.next();
            cursor.skipStatement();
        } else {
            other(frame);
        }
    }

    /** Reads a name; a word that begins a statement has no place in parentheses. */
    private void other(Frame frame) {
        boolean misplaced = walk.rules().unseparated()
                && walk.depth() > 1
                && Grammar.startsStatement(tokens, cursor.at())
                && !Grammar.continues(tokens, cursor.at(), frame);
        if (misplaced) {
            walk.malformed();
        } else {
            name(frame);
        }
    }

    /** A verb that is no name has no place in a query, unless another database takes it for a second statement. */
    private void verb(Frame frame) {
        boolean change = frame.verb == Word.MERGE || cursor.word(-1) == Word.KEY || cursor.word(-1) == Word.DO;
        if (change || !tokens.reserved(cursor.at()) || tokens.is(cursor.at() + 1, TokenKind.OPEN)) {
            name(frame);
        } else {
            walk.malformed();
        }
    }

    /** DB2 lets a query keep its locks by WITH RR USE AND KEEP EXCLUSIVE LOCKS. */
    private void keep(Frame frame) {
        if (cursor.word(-1) == Word.AND && cursor.word(-2) == Word.USE) {
            findings.because(RouteReason.LOCKS);
        }
        name(frame);
    }

    // INTO

    private void into(Frame frame) {
        cursor.next();
        switch (frame.verb) {
            case SELECT, VALUES, TABLE -> selectInto();
            case INSERT, UPDATE, DELETE, MERGE -> outputInto(frame);
            default -> walk.malformed();
        }
    }

    /** SELECT ... INTO makes a table, sets variables or writes a file of the server. */
    private void selectInto() {
        if (cursor.is(TokenKind.VARIABLE)) {
            findings.because(RouteReason.CHANGES_SESSION);
            findings.lasting(SessionEffect.SESSION);
        } else if (cursor.acceptAny(Word.OUTFILE, Word.DUMPFILE)) {
            findings.because(RouteReason.WRITES);
        } else {
            intoTable();
        }
    }

    private void intoTable() {
        findings.because(RouteReason.CHANGES_SCHEMA);
        cursor.acceptAny(Word.LOCAL, Word.GLOBAL);
        if (cursor.acceptAny(Word.TEMP, Word.TEMPORARY)) {
            findings.lasting(SessionEffect.SESSION);
        }
        cursor.accept(Word.UNLOGGED);
        cursor.accept(Word.TABLE);
        if (cursor.isName()) {
            TableName table = cursor.name();
            findings.write(table);
            if (walk.rules().relations().isTemporary(table)) {
                findings.lasting(SessionEffect.SESSION);
            }
        } else {
            walk.malformed();
        }
    }

    /** OUTPUT ... INTO writes a second table. */
    private void outputInto(Frame frame) {
        if (cursor.isName()) {
            findings.write(cursor.name());
        } else if (!cursor.accept(TokenKind.VARIABLE)) {
            walk.malformed();
        }
        cursor.skipParentheses();
        if (frame.verb == Word.INSERT) {
            frame.clause = Clause.AFTER_TARGET;
        }
    }

    // FOR and LOCK

    private void forClause(Frame frame) {
        Word before = cursor.word(-1);
        boolean ofSequence = before == Word.VALUE;
        boolean previous = cursor.word(-2) == Word.PREVIOUS;
        cursor.next();
        if (ofSequence) {
            findings.because(previous ? RouteReason.READS_SESSION : RouteReason.USES_SEQUENCE);
            sequence();
        } else if (!frame.argumentWords) {
            queryFor(frame);
        }
    }

    private void sequence() {
        if (cursor.isName()) {
            cursor.name();
        }
        if (tokens.is(cursor.at() + 1, TokenKind.OPEN)) {
            cursor.accept(Word.OVER);
        }
    }

    private void queryFor(Frame frame) {
        boolean strength = cursor.accept(Word.NO);
        strength |= cursor.accept(Word.KEY);
        if (cursor.acceptAny(Word.UPDATE, Word.SHARE)) {
            findings.because(RouteReason.LOCKS);
            frame.plainExpression();
        } else if (strength) {
            walk.malformed();
        } else if (cursor.accept(Word.BROWSE)) {
            findings.uncacheable();
        } else if (!cursor.acceptAny(Word.XML, Word.JSON, Word.READ, Word.FETCH)) {
            walk.malformed();
        }
    }

    private void lock(Frame frame) {
        if (cursor.word(1) == Word.IN && cursor.word(2) == Word.SHARE && cursor.word(3) == Word.MODE) {
            findings.because(RouteReason.LOCKS);
            cursor.moveTo(cursor.at() + 4);
        } else {
            name(frame);
        }
    }

    // Set operations and joins

    private void setOperation(Frame frame) {
        cursor.next();
        cursor.acceptAny(Word.ALL, Word.DISTINCT);
        frame.plainExpression();
        frame.clause = Clause.QUERY;
    }

    private void minus(Frame frame) {
        boolean operation = cursor.word(1) == Word.SELECT
                || (tokens.is(cursor.at() + 1, TokenKind.OPEN)
                        && Grammar.beginsQuery(tokens, tokens.lead(cursor.at() + 1)));
        if (operation) {
            setOperation(frame);
        } else {
            name(frame);
        }
    }

    private void join(Frame frame) {
        if (frame.clause == Clause.CONDITION) {
            cursor.next();
            frame.nextItem();
        } else if (frame.selecting && cursor.is(Word.STRAIGHT_JOIN)) {
            cursor.next();
        } else {
            walk.malformed();
        }
    }

    private void joinOrName(Frame frame) {
        if (tokens.is(cursor.at() + 1, TokenKind.OPEN) || frame.clause != Clause.CONDITION) {
            name(frame);
        } else {
            frame.clause = Clause.AFTER_ITEM;
        }
    }

    // Names

    /** Steps over a label, or over the type in CAST, with the numbers in parentheses that a type may have. */
    private void label() {
        cursor.next();
        if (cursor.isName()) {
            cursor.name();
            cursor.skipParentheses();
        }
    }

    /** Steps over the type behind {@code ::}; in SQL Server it is followed by a method of the type. */
    private void cast(Frame frame) {
        cursor.next();
        if (!cursor.isName()) {
            return;
        }
        cursor.name();
        if (walk.rules().staticMethods() && cursor.is(TokenKind.OPEN)) {
            walk.open(Clause.START, frame.clause);
        } else {
            cursor.skipParentheses();
        }
    }

    private void name(Frame frame) {
        int first = cursor.at();
        if (frame.isPredicate() && Grammar.isNameBehindString(tokens, first)) {
            findings.refused();
            return;
        }
        if (frame.selecting && Grammar.isThirdName(tokens, first)) {
            walk.malformed();
            return;
        }
        calls.bareWord(first);
        TokenKind next = tokens.kind(first + 1);
        if (next != TokenKind.DOT && next != TokenKind.OPEN) {
            cursor.next();
            return;
        }
        TableName name = cursor.name();
        if (!cursor.is(TokenKind.OPEN)) {
            calls.column(name);
        } else if (Grammar.isConstruct(tokens, cursor.at() - 1, frame)) {
            construct(frame);
        } else {
            walk.call(name, frame.clause);
        }
    }

    private void construct(Frame frame) {
        if (cursor.word(-1) == Word.OPTION) {
            TableHints.applyLocks(tokens, cursor.at(), findings);
            cursor.skipParentheses();
        } else {
            walk.open(Clause.START, frame.clause);
        }
    }

    /** Steps over the first word of an escape of JDBC. */
    private void escape() {
        cursor.next();
        switch (cursor.word()) {
            case FN, D, T, TS, ESCAPE, LIMIT -> cursor.next();
            default -> findings.unknown(RouteReason.UNKNOWN_STATEMENT);
        }
    }
}

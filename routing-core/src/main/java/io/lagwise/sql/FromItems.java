package io.lagwise.sql;

import io.lagwise.RouteReason;

/** Reads the FROM clause: its items, their aliases, hints and periods, and the joins between them. */
final class FromItems {
    private final Walk walk;
    private final Cursor cursor;
    private final Tokens tokens;
    private final Findings findings;

    FromItems(Walk walk) {
        this.walk = walk;
        this.cursor = walk.cursor();
        this.tokens = walk.tokens();
        this.findings = walk.findings();
    }

    // Items

    void item() {
        Frame frame = walk.frame();
        frame.aliased = false;
        frame.calledItem = false;
        frame.targetItem = false;
        switch (cursor.kind()) {
            case OPEN -> walk.open(Clause.FROM_START, Clause.AFTER_ITEM).targets = frame.targets;
            case QUOTED -> tableOrFunction(frame);
            case WORD -> word(frame);
            case VARIABLE -> variable(frame);
            case OPEN_BRACE -> outerJoinEscape();
            default -> walk.malformed();
        }
    }

    private void outerJoinEscape() {
        cursor.next();
        if (!cursor.accept(Word.OJ)) {
            walk.malformed();
        }
    }

    private void word(Frame frame) {
        boolean reserved = tokens.reserved(cursor.at());
        if (cursor.is(Word.LATERAL) && (reserved || tokens.is(cursor.at() + 1, TokenKind.OPEN))) {
            cursor.next();
        } else if (cursor.is(Word.ONLY) && reserved) {
            only(frame);
        } else if (cursor.is(Word.ROWS) && cursor.word(1) == Word.FROM) {
            rowsFrom();
        } else {
            tableOrFunction(frame);
        }
    }

    private void only(Frame frame) {
        cursor.next();
        if (cursor.is(TokenKind.OPEN)) {
            walk.open(Clause.ITEM, Clause.AFTER_ITEM).targets = frame.targets;
        } else {
            tableOrFunction(frame);
        }
    }

    private void rowsFrom() {
        cursor.next();
        cursor.next();
        arguments();
    }

    private void arguments() {
        if (cursor.is(TokenKind.OPEN)) {
            walk.open(Clause.EXPRESSION, Clause.AFTER_ITEM);
        } else {
            walk.malformed();
        }
    }

    /** A table variable, or a method of a variable. */
    private void variable(Frame frame) {
        walk.calls().variable(cursor.at());
        cursor.next();
        frame.clause = Clause.AFTER_ITEM;
        if (cursor.is(TokenKind.OPEN)) {
            walk.open(Clause.START, Clause.AFTER_ITEM);
        }
    }

    private void tableOrFunction(Frame frame) {
        int first = cursor.at();
        boolean call = tokens.is(first + 1, TokenKind.OPEN);
        if (!cursor.isName() || (tokens.reserved(first) && !call)) {
            reservedAsItem(frame, first);
            return;
        }
        String scopeName = walk.scopeName(first);
        TableName name = cursor.name();
        if (cursor.is(TokenKind.OPEN) && !TableHints.isList(tokens, cursor.at())) {
            frame.calledItem = true;
            walk.call(name, Clause.AFTER_ITEM);
            return;
        }
        frame.clause = Clause.AFTER_ITEM;
        frame.aliased = frame.verb == Word.TABLE;
        table(frame, name, scopeName);
    }

    /** Some reserved words act like calls without parentheses, and PostgreSQL lets them stand as FROM items. */
    private void reservedAsItem(Frame frame, int word) {
        if (walk.calls().bareWord(word)) {
            cursor.next();
            frame.clause = Clause.AFTER_ITEM;
        } else {
            walk.malformed();
        }
    }

    private void table(Frame frame, TableName name, String scopeName) {
        Scopes.Entry expression = name.parts().size() == 1 ? walk.scopes().find(scopeName) : null;
        if (frame.targets != null) {
            frame.targetItem = true;
            if (expression != null) {
                frame.targets.expression(name, expression);
            } else {
                frame.targets.table(name);
            }
        } else if (expression == null) {
            findings.read(name);
        }
    }

    // What follows an item

    void afterItem() {
        Frame frame = walk.frame();
        switch (cursor.kind()) {
            case COMMA -> {
                cursor.next();
                frame.nextItem();
            }
            case STAR -> cursor.next();
            case QUOTED -> alias(frame);
            case WORD -> wordAfterItem(frame);
            case OPEN -> hints(frame);
            default -> walk.malformed();
        }
    }

    private void wordAfterItem(Frame frame) {
        switch (cursor.word()) {
            case JOIN, STRAIGHT_JOIN, APPLY -> {
                cursor.next();
                frame.nextItem();
            }
            case CROSS, NATURAL, INNER, OUTER, LEFT, RIGHT, FULL -> joinKind();
            case ON -> on(frame);
            case USING -> {
                cursor.next();
                cursor.skipParentheses();
                frame.aliased = false;
            }
            case AS -> {
                cursor.next();
                alias(frame);
            }
            case WITH -> with(frame);
            case TABLESAMPLE -> sample(frame);
            case REPEATABLE -> {
                cursor.next();
                arguments();
            }
            case PARTITION -> partition(frame);
            case PIVOT, UNPIVOT -> pivot(frame);
            case USE, FORCE, IGNORE -> indexHint(frame);
            case FOR -> forSystemTime(frame);
            case LOCK -> lock(frame);
            case WHERE,
                    SET,
                    GROUP,
                    HAVING,
                    ORDER,
                    LIMIT,
                    OFFSET,
                    FETCH,
                    WINDOW,
                    UNION,
                    INTERSECT,
                    EXCEPT,
                    INTO,
                    RETURNING,
                    WHEN,
                    OPTION,
                    PROCEDURE -> frame.clause = Clause.EXPRESSION;
            case MINUS -> minus(frame);
            default -> alias(frame);
        }
    }

    /** Steps over the kind of a join, with the way to do it that SQL Server lets one ask for. */
    private void joinKind() {
        cursor.next();
        if (cursor.word(1) == Word.JOIN) {
            cursor.acceptAny(Word.LOOP, Word.HASH, Word.MERGE, Word.REMOTE);
        }
    }

    private void on(Frame frame) {
        cursor.next();
        boolean conflict = cursor.is(Word.CONFLICT) || cursor.is(Word.DUPLICATE);
        frame.clause = conflict ? Clause.EXPRESSION : Clause.CONDITION;
    }

    /** MINUS is an alias, unless a query follows. */
    private void minus(Frame frame) {
        if (cursor.word(1) == Word.SELECT || tokens.is(cursor.at() + 1, TokenKind.OPEN)) {
            frame.clause = Clause.EXPRESSION;
        } else {
            alias(frame);
        }
    }

    /** WITH begins hints or belongs to the item or, as WITH [NO] DATA, to the statement around the query. */
    private void with(Frame frame) {
        cursor.next();
        if (cursor.is(TokenKind.OPEN)) {
            if (frame.calledItem) {
                cursor.skipParentheses();
            } else {
                hints(frame);
            }
        } else if (!cursor.accept(Word.ORDINALITY)) {
            frame.clause = Clause.EXPRESSION;
        }
    }

    private void hints(Frame frame) {
        boolean behindWith = cursor.word(-1) == Word.WITH;
        if (behindWith || (!frame.calledItem && TableHints.isList(tokens, cursor.at()))) {
            TableHints.apply(tokens, cursor.at(), findings);
            cursor.skipParentheses();
        } else {
            walk.malformed();
        }
    }

    private void sample(Frame frame) {
        boolean method = tokens.isName(cursor.at() + 1);
        if (!tokens.is(cursor.at() + (method ? 2 : 1), TokenKind.OPEN)) {
            alias(frame);
            return;
        }
        findings.uncacheable();
        cursor.moveTo(cursor.at() + (method ? 2 : 1));
        arguments();
    }

    private void partition(Frame frame) {
        if (tokens.is(cursor.at() + 1, TokenKind.OPEN)) {
            cursor.next();
            cursor.skipParentheses();
        } else {
            alias(frame);
        }
    }

    private void pivot(Frame frame) {
        if (tokens.is(cursor.at() + 1, TokenKind.OPEN)) {
            cursor.next();
            frame.aliased = false;
            walk.open(Clause.START, Clause.AFTER_ITEM).argumentWords = true;
        } else {
            alias(frame);
        }
    }

    private void indexHint(Frame frame) {
        if (cursor.word(1) != Word.INDEX && cursor.word(1) != Word.KEY) {
            alias(frame);
            return;
        }
        cursor.moveTo(cursor.at() + 2);
        if (cursor.accept(Word.FOR)) {
            cursor.acceptAny(Word.JOIN, Word.ORDER, Word.GROUP);
            cursor.accept(Word.BY);
        }
        if (!cursor.skipParentheses()) {
            walk.malformed();
        }
    }

    private void lock(Frame frame) {
        if (cursor.word(1) == Word.IN) {
            frame.clause = Clause.EXPRESSION;
        } else {
            alias(frame);
        }
    }

    private void alias(Frame frame) {
        boolean columnsOnly = cursor.is(TokenKind.OPEN) && cursor.word(-1) == Word.AS;
        boolean name = cursor.isName() && !tokens.reserved(cursor.at());
        if (frame.aliased || !(columnsOnly || name)) {
            walk.malformed();
            return;
        }
        frame.aliased = true;
        if (name) {
            if (frame.targets != null && frame.targetItem) {
                frame.targets.alias(tokens.lowerName(cursor.at()));
            }
            cursor.next();
        }
        if (cursor.is(TokenKind.OPEN) && !TableHints.isList(tokens, cursor.at())) {
            cursor.skipParentheses();
        }
    }

    // FOR SYSTEM_TIME

    private void forSystemTime(Frame frame) {
        if (cursor.word(1) != Word.SYSTEM_TIME) {
            frame.clause = Clause.EXPRESSION;
            return;
        }
        cursor.moveTo(cursor.at() + 2);
        frame.clause = Clause.PERIOD;
    }

    /** Reads the points in time; an alias or the next clause ends them. */
    void period() {
        Frame frame = walk.frame();
        switch (cursor.kind()) {
            case STRING -> {
                walk.calls().literal(cursor.at());
                cursor.next();
            }
            case VARIABLE -> {
                walk.calls().variable(cursor.at());
                cursor.next();
            }
            case NUMBER, PARAMETER, OPERATOR -> cursor.next();
            case OPEN -> walk.open(Clause.START, Clause.PERIOD);
            case OPEN_BRACE -> escapeInPeriod();
            case WORD, QUOTED -> wordInPeriod(frame);
            default -> frame.clause = Clause.AFTER_ITEM;
        }
    }

    private void escapeInPeriod() {
        cursor.next();
        if (!cursor.acceptAny(Word.D, Word.T, Word.TS)) {
            findings.unknown(RouteReason.UNKNOWN_STATEMENT);
        }
    }

    private void wordInPeriod(Frame frame) {
        boolean asOf = cursor.is(Word.AS) && cursor.word(1) == Word.OF;
        if (asOf) {
            cursor.moveTo(cursor.at() + 2);
        } else if (Grammar.isPeriodWord(cursor.word())) {
            cursor.next();
        } else if (walk.calls().bareWord(cursor.at())) {
            cursor.next();
        } else if (tokens.is(cursor.at() + 1, TokenKind.OPEN) && tokens.reserved(cursor.at()) == false) {
            walk.call(cursor.name(), Clause.PERIOD);
        } else {
            frame.clause = Clause.AFTER_ITEM;
        }
    }
}

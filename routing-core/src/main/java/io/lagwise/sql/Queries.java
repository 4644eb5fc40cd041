package io.lagwise.sql;

/**
 * Reads a query, or a statement that changes data, from its first word to its end.
 *
 * <p>A pushdown automaton: every level of parentheses has a {@link Frame}, whose clause says what may come next, so the
 * nesting of the text costs memory but no stack. What does not fit makes the text malformed.
 */
final class Queries {
    private final Walk walk;
    private final Cursor cursor;
    private final Tokens tokens;
    private final Findings findings;
    private final Expressions expressions;
    private final FromItems fromItems;
    private final CommonTables commonTables;
    private final Changes changes;

    Queries(Walk walk) {
        this.walk = walk;
        this.cursor = walk.cursor();
        this.tokens = walk.tokens();
        this.findings = walk.findings();
        this.expressions = new Expressions(walk);
        this.fromItems = new FromItems(walk);
        this.commonTables = new CommonTables(walk);
        this.changes = new Changes(walk);
    }

    /** Reads to the end of the statement, beginning with this clause. */
    void read(Clause first) {
        walk.open(first);
        int start = cursor.at();
        while (!findings.broken()) {
            if (cursor.kind().closes()) {
                close();
            } else if (cursor.atEnd() || (cursor.at() > start && nextStatementBegins())) {
                end();
                break;
            } else {
                step();
            }
        }
        walk.closeAll();
    }

    private boolean nextStatementBegins() {
        return walk.depth() == 1
                && walk.rules().unseparated()
                && walk.frame().clause.complete()
                && !Grammar.continues(tokens, cursor.at(), walk.frame())
                && Grammar.startsStatement(tokens, cursor.at());
    }

    private void close() {
        if (cursor.is(TokenKind.CLOSE_BRACE)) {
            cursor.next();
        } else if (walk.depth() == 1) {
            walk.malformed();
        } else {
            Frame frame = walk.frame();
            finish(frame);
            walk.calls().finished(frame, cursor.at());
            walk.close();
            cursor.next();
        }
    }

    private void end() {
        if (walk.depth() > 1) {
            walk.malformed();
        } else {
            finish(walk.frame());
        }
    }

    private void finish(Frame frame) {
        if (!frame.clause.complete() || Grammar.cannotEnd(tokens, cursor.at() - 1)) {
            walk.malformed();
        }
        if (frame.targets != null && frame.verb != Word.OTHER) {
            frame.targets.resolve(findings);
        }
    }

    private void step() {
        switch (walk.frame().clause) {
            case BODY -> body();
            case QUERY -> query();
            case START -> start();
            case FROM_START -> fromStart();
            case EXPRESSION, CONDITION -> expressions.step();
            case ITEM -> fromItems.item();
            case AFTER_ITEM -> fromItems.afterItem();
            case PERIOD -> fromItems.period();
            case CTE -> commonTables.name();
            case AFTER_CTE -> commonTables.afterBody();
            case TARGET -> changes.target();
            case AFTER_TARGET -> changes.afterTarget();
        }
    }

    private void body() {
        if (cursor.is(TokenKind.OPEN)) {
            walk.open(Clause.BODY, Clause.EXPRESSION).verb = Word.OTHER;
        } else if (!changes.begin() && !beginsQuery()) {
            walk.malformed();
        }
    }

    private void query() {
        if (cursor.is(TokenKind.OPEN)) {
            walk.open(Clause.QUERY, Clause.EXPRESSION);
        } else if (!beginsQuery()) {
            walk.malformed();
        }
    }

    private void start() {
        if (cursor.is(TokenKind.OPEN)) {
            walk.open(Clause.START, Clause.EXPRESSION);
        } else if (!beginsQuery()) {
            walk.frame().clause = Clause.EXPRESSION;
        }
    }

    /** Reads the beginning of what stands in parentheses after FROM; in SQL Server it may change data. */
    private void fromStart() {
        if (cursor.is(TokenKind.OPEN)) {
            Frame outer = walk.frame();
            outer.aliased = false;
            walk.open(Clause.FROM_START, Clause.AFTER_ITEM).targets = outer.targets;
        } else if (!beginsQuery() && !(tokens.reserved(cursor.at()) && changes.begin())) {
            walk.frame().clause = Clause.ITEM;
        }
    }

    private boolean beginsQuery() {
        Frame frame = walk.frame();
        Word word = cursor.word();
        switch (word) {
            case SELECT, VALUES, TABLE -> {
                cursor.next();
                frame.verb = word;
                frame.targets = null;
                frame.plainExpression();
                frame.selecting = word == Word.SELECT;
                if (word == Word.TABLE) {
                    frame.nextItem();
                }
            }
            case WITH -> {
                cursor.next();
                commonTables.begin();
            }
            default -> {
                return false;
            }
        }
        return true;
    }
}

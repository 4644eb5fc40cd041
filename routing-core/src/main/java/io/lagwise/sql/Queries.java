package io.lagwise.sql;

import io.lagwise.RouteReason;
import java.util.Arrays;

/**
 * Reads a query, or a statement that changes data, from its first word to its end.
 *
 * <p>A pushdown automaton: every level of parentheses has a {@link Frame}, whose clause says what may come next, so the
 * nesting of the text costs memory but no stack. What does not fit makes the text malformed.
 */
final class Queries {
    private final Cursor cursor;
    private final Tokens tokens;
    private final Findings findings;
    private final Scopes scopes = new Scopes();
    private final Calls calls;
    private Frame[] frames = new Frame[8];
    private int depth;

    Queries(Cursor cursor, Findings findings, Calls calls) {
        this.cursor = cursor;
        this.tokens = cursor.tokens();
        this.findings = findings;
        this.calls = calls;
    }

    /** Reads to the end of the statement, beginning with this clause. */
    void read(Clause first) {
        depth = 0;
        open(first);
        while (!findings.broken()) {
            if (cursor.kind().closes()) {
                close();
            } else if (cursor.atEnd()) {
                end();
                return;
            } else {
                step();
            }
        }
    }

    private Frame frame() {
        return frames[depth - 1];
    }

    private Frame open(Clause first) {
        if (depth == frames.length) {
            frames = Arrays.copyOf(frames, depth * 2);
        }
        Frame frame = frames[depth];
        if (frame == null) {
            frame = frames[depth] = new Frame();
        }
        depth++;
        return frame.begin(first, scopes.mark(), cursor.at());
    }

    /** Opens the parenthesis at hand; its outer level goes on with the given clause. */
    private Frame open(Clause first, Clause outer) {
        frame().clause = outer;
        cursor.next();
        return open(first);
    }

    private void close() {
        if (cursor.is(TokenKind.CLOSE_BRACE)) {
            cursor.next();
            return;
        }
        if (depth == 1) {
            malformed();
            return;
        }
        Frame frame = frame();
        finish(frame);
        calls.finished(frame, cursor.at());
        scopes.endSince(frame.scopeMark);
        depth--;
        cursor.next();
        if (frame.defines != null) {
            scopes.add(frame.defines);
        }
    }

    private void end() {
        if (depth > 1) {
            malformed();
            return;
        }
        finish(frame());
        scopes.endSince(0);
    }

    private void finish(Frame frame) {
        if (!frame.clause.complete() || Grammar.cannotEnd(tokens, cursor.at() - 1)) {
            malformed();
        }
    }

    private void malformed() {
        findings.unknown(RouteReason.MALFORMED);
    }

    private void step() {
        switch (frame().clause) {
            case BODY -> body();
            case QUERY -> query();
            case START -> start();
            case FROM_START -> fromStart();
            case EXPRESSION, CONDITION -> expression();
            case ITEM -> item();
            case AFTER_ITEM -> afterItem();
            case CTE -> cte();
            case AFTER_CTE -> afterCte();
            case AFTER_TARGET -> afterTarget();
        }
    }

    // Where a query may begin

    private void body() {
        switch (cursor.word()) {
            case INSERT -> insert();
            case UPDATE -> target(Word.UPDATE);
            case DELETE -> target(Word.DELETE);
            case MERGE -> target(Word.MERGE);
            default -> {
                if (cursor.is(TokenKind.OPEN)) {
                    open(Clause.BODY, Clause.EXPRESSION);
                } else {
                    query();
                }
            }
        }
    }

    private void query() {
        if (cursor.is(TokenKind.OPEN)) {
            open(Clause.QUERY, Clause.EXPRESSION);
        } else if (!beginsQuery()) {
            malformed();
        }
    }

    private void start() {
        if (cursor.is(TokenKind.OPEN)) {
            open(Clause.START, Clause.EXPRESSION);
        } else if (!beginsQuery()) {
            frame().clause = Clause.EXPRESSION;
        }
    }

    private void fromStart() {
        if (cursor.is(TokenKind.OPEN)) {
            frame().aliased = false;
            open(Clause.FROM_START, Clause.AFTER_ITEM);
        } else if (!beginsQuery()) {
            frame().clause = Clause.ITEM;
        }
    }

    private boolean beginsQuery() {
        Frame frame = frame();
        Word word = cursor.word();
        switch (word) {
            case SELECT, VALUES -> {
                cursor.next();
                frame.verb = word;
                frame.clause = Clause.EXPRESSION;
            }
            case TABLE -> {
                cursor.next();
                frame.verb = Word.TABLE;
                frame.clause = Clause.ITEM;
            }
            case WITH -> {
                cursor.next();
                beginCtes(frame);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    // Common table expressions

    private void beginCtes(Frame frame) {
        frame.recursive = cursor.accept(Word.RECURSIVE);
        frame.clause = Clause.CTE;
        if (frame.recursive) {
            int first = cursor.at();
            do {
                if (cursor.isName()) {
                    scopes.add(scopeName());
                }
            } while (skipCte() && cursor.accept(TokenKind.COMMA));
            cursor.moveTo(first);
        }
    }

    private boolean skipCte() {
        cursor.next();
        cursor.skipParentheses();
        if (!cursor.accept(Word.AS)) {
            return false;
        }
        skipMaterialized();
        return cursor.skipParentheses() && skipSearchAndCycle();
    }

    private void skipMaterialized() {
        cursor.accept(Word.NOT);
        cursor.accept(Word.MATERIALIZED);
    }

    private boolean skipSearchAndCycle() {
        boolean complete = true;
        if (cursor.accept(Word.SEARCH)) {
            complete = cursor.skipBehind(Word.SET);
            cursor.next();
        }
        if (complete && cursor.accept(Word.CYCLE)) {
            complete = cursor.skipBehind(Word.USING);
            cursor.next();
        }
        return complete;
    }

    private void cte() {
        Frame frame = frame();
        if (!cursor.isName()) {
            malformed();
            return;
        }
        String name = scopeName();
        cursor.next();
        cursor.skipParentheses();
        boolean as = cursor.accept(Word.AS);
        skipMaterialized();
        if (!as || !cursor.is(TokenKind.OPEN)) {
            malformed();
            return;
        }
        open(Clause.BODY, Clause.AFTER_CTE).defines = frame.recursive ? null : name;
    }

    private void afterCte() {
        if (!skipSearchAndCycle()) {
            malformed();
        } else if (cursor.accept(TokenKind.COMMA)) {
            frame().clause = Clause.CTE;
        } else {
            frame().clause = Clause.BODY;
        }
    }

    private String scopeName() {
        return tokens.name(cursor.at());
    }

    // Expressions

    private void expression() {
        switch (cursor.kind()) {
            case WORD -> wordInExpression();
            case QUOTED -> nameInExpression();
            case OPEN, OPEN_BRACKET -> open(Clause.START, frame().clause);
            case OPEN_BRACE -> escape();
            case COMMA -> commaInExpression();
            case CAST -> typeAfterCast();
            case STAR -> star();
            case STRING -> {
                calls.literal(cursor.at());
                cursor.next();
            }
            case VARIABLE -> {
                findings.because(RouteReason.READS_SESSION);
                cursor.next();
            }
            default -> cursor.next();
        }
    }

    private void star() {
        if (Grammar.isStarBeforeName(tokens, cursor.at())) {
            malformed();
        }
        cursor.next();
    }

    private void commaInExpression() {
        Frame frame = frame();
        cursor.next();
        if (frame.clause == Clause.CONDITION && frame.verb != Word.MERGE) {
            frame.clause = Clause.ITEM;
        } else {
            frame.commas++;
        }
    }

    private void wordInExpression() {
        Frame frame = frame();
        switch (cursor.word()) {
            case FROM -> from(frame);
            case INTO -> into(frame);
            case FOR -> forClause(frame);
            case UNION, INTERSECT, EXCEPT -> setOperation(frame);
            case SELECT -> malformed();
            case JOIN -> join(frame);
            case CROSS, NATURAL, INNER, LEFT, RIGHT, FULL -> joinOrName(frame);
            case AS -> label();
            case GROUP -> clauseWord(frame, !Grammar.isWithinGroup(tokens, cursor.at()));
            case WHERE, HAVING, ORDER, LIMIT, OFFSET, WINDOW, RETURNING, WHEN -> clauseWord(frame, false);
            default -> nameInExpression();
        }
    }

    /** Goes on behind the word that begins a clause. */
    private void clauseWord(Frame frame, boolean grouping) {
        frame.grouping = grouping;
        frame.clause = Clause.EXPRESSION;
        cursor.next();
    }

    private void from(Frame frame) {
        boolean comparison = Grammar.isDistinctFrom(tokens, cursor.at());
        cursor.next();
        if (comparison || frame.argumentWords) {
            return;
        }
        if (frame.verb == Word.SELECT || frame.verb == Word.UPDATE) {
            frame.clause = Clause.ITEM;
            frame.aliased = false;
        } else {
            malformed();
        }
    }

    /** SELECT ... INTO makes a table. */
    private void into(Frame frame) {
        cursor.next();
        if (frame.verb != Word.SELECT) {
            malformed();
            return;
        }
        if (cursor.is(Word.LOCAL) || cursor.is(Word.GLOBAL) || cursor.is(Word.TEMP) || cursor.is(Word.TEMPORARY)) {
            findings.lasting(SessionEffect.SESSION);
        }
        while (cursor.acceptAny(Word.LOCAL, Word.GLOBAL, Word.TEMP, Word.TEMPORARY, Word.UNLOGGED, Word.TABLE)) {
            continue;
        }
        findings.because(RouteReason.CHANGES_SCHEMA);
        if (cursor.isName()) {
            findings.write(cursor.name());
            frame.clause = Clause.EXPRESSION;
        } else {
            malformed();
        }
    }

    private void forClause(Frame frame) {
        cursor.next();
        if (frame.argumentWords) {
            return;
        }
        boolean strong = cursor.accept(Word.NO);
        boolean key = cursor.accept(Word.KEY);
        if (cursor.accept(Word.UPDATE) || cursor.accept(Word.SHARE)) {
            findings.because(RouteReason.LOCKS);
            frame.clause = Clause.EXPRESSION;
        } else if (strong || key || !cursor.accept(Word.READ) || !cursor.accept(Word.ONLY)) {
            malformed();
        }
    }

    private void setOperation(Frame frame) {
        cursor.next();
        if (!cursor.accept(Word.ALL)) {
            cursor.accept(Word.DISTINCT);
        }
        frame.clause = Clause.QUERY;
        frame.grouping = false;
    }

    private void join(Frame frame) {
        cursor.next();
        if (frame.clause == Clause.CONDITION) {
            frame.clause = Clause.ITEM;
            frame.aliased = false;
        } else {
            malformed();
        }
    }

    private void joinOrName(Frame frame) {
        if (tokens.is(cursor.at() + 1, TokenKind.OPEN) || frame.clause != Clause.CONDITION) {
            nameInExpression();
        } else {
            frame.clause = Clause.AFTER_ITEM;
        }
    }

    /** Steps over a label, or over the type in CAST, with the numbers in parentheses that a type may have. */
    private void label() {
        cursor.next();
        if (cursor.isName()) {
            cursor.name();
            cursor.skipParentheses();
        }
    }

    private void typeAfterCast() {
        cursor.next();
        if (cursor.isName()) {
            cursor.name();
            cursor.skipParentheses();
        }
    }

    private void nameInExpression() {
        int first = cursor.at();
        if (frame().verb == Word.SELECT && Grammar.isThirdName(tokens, first)) {
            malformed();
            return;
        }
        calls.bareWord(first);
        if (!tokens.is(first + 1, TokenKind.DOT) && !tokens.is(first + 1, TokenKind.OPEN)) {
            cursor.next();
            return;
        }
        TableName name = cursor.name();
        if (!cursor.is(TokenKind.OPEN)) {
            return;
        }
        if (Grammar.isConstruct(tokens, cursor.at() - 1, frame())) {
            open(Clause.START, frame().clause);
        } else {
            call(name, frame().clause);
        }
    }

    private void call(TableName name, Clause outer) {
        int last = cursor.at() - 1;
        calls.called(name, last);
        Frame arguments = open(Clause.START, outer);
        arguments.routine = name.name();
        arguments.argumentWords = Grammar.hasArgumentWords(tokens.word(last));
    }

    private void escape() {
        cursor.next();
        switch (cursor.word()) {
            case FN, D, T, TS, ESCAPE, LIMIT -> cursor.next();
            default -> findings.unknown(RouteReason.UNKNOWN_STATEMENT);
        }
    }

    // FROM

    private void item() {
        Frame frame = frame();
        frame.aliased = false;
        switch (cursor.kind()) {
            case OPEN -> open(Clause.FROM_START, Clause.AFTER_ITEM);
            case QUOTED -> tableOrFunction(frame);
            case OPEN_BRACE -> {
                cursor.next();
                if (!cursor.accept(Word.OJ)) {
                    malformed();
                }
            }
            case WORD -> wordAsItem(frame);
            default -> malformed();
        }
    }

    private void wordAsItem(Frame frame) {
        switch (cursor.word()) {
            case LATERAL -> cursor.next();
            case ONLY -> only(frame);
            case ROWS -> {
                if (cursor.word(1) == Word.FROM) {
                    rowsFrom();
                } else {
                    tableOrFunction(frame);
                }
            }
            default -> tableOrFunction(frame);
        }
    }

    private void only(Frame frame) {
        cursor.next();
        if (cursor.is(TokenKind.OPEN)) {
            open(Clause.ITEM, Clause.AFTER_ITEM);
        } else {
            tableOrFunction(frame);
        }
    }

    private void rowsFrom() {
        cursor.next();
        cursor.next();
        if (cursor.is(TokenKind.OPEN)) {
            open(Clause.EXPRESSION, Clause.AFTER_ITEM);
        } else {
            malformed();
        }
    }

    private void tableOrFunction(Frame frame) {
        int first = cursor.at();
        boolean reserved = tokens.reserved(first) && !tokens.is(first + 1, TokenKind.OPEN);
        if (!cursor.isName() || (reserved && !calls.bareWord(first))) {
            malformed();
            return;
        }
        String scopeName = scopeName();
        TableName name = cursor.name();
        if (cursor.is(TokenKind.OPEN)) {
            call(name, Clause.AFTER_ITEM);
            return;
        }
        frame.clause = Clause.AFTER_ITEM;
        frame.aliased = frame.verb == Word.TABLE;
        if (!reserved && (name.parts().size() > 1 || !scopes.has(scopeName))) {
            findings.read(name);
        }
    }

    private void afterItem() {
        Frame frame = frame();
        switch (cursor.kind()) {
            case COMMA -> {
                cursor.next();
                frame.clause = Clause.ITEM;
            }
            case STAR -> cursor.next();
            case QUOTED -> alias(frame);
            case WORD -> wordAfterItem(frame);
            default -> malformed();
        }
    }

    private void wordAfterItem(Frame frame) {
        switch (cursor.word()) {
            case JOIN -> {
                cursor.next();
                frame.clause = Clause.ITEM;
            }
            case CROSS, NATURAL, INNER, LEFT, RIGHT, FULL, OUTER -> cursor.next();
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
            case TABLESAMPLE -> sample();
            case REPEATABLE -> repeatable();
            case WHERE,
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
                    FOR,
                    INTO,
                    RETURNING,
                    SET,
                    WHEN -> frame.clause = Clause.EXPRESSION;
            default -> alias(frame);
        }
    }

    private void on(Frame frame) {
        cursor.next();
        frame.clause = cursor.is(Word.CONFLICT) ? Clause.EXPRESSION : Clause.CONDITION;
    }

    /** WITH ORDINALITY belongs to the item; WITH [NO] DATA and WITH CHECK OPTION to the statement around the query. */
    private void with(Frame frame) {
        cursor.next();
        if (!cursor.accept(Word.ORDINALITY)) {
            frame.clause = Clause.EXPRESSION;
        }
    }

    private void sample() {
        findings.uncacheable();
        cursor.next();
        if (cursor.isName()) {
            cursor.name();
        }
        arguments();
    }

    private void repeatable() {
        cursor.next();
        arguments();
    }

    private void arguments() {
        if (cursor.is(TokenKind.OPEN)) {
            open(Clause.EXPRESSION, Clause.AFTER_ITEM);
        } else {
            malformed();
        }
    }

    private void alias(Frame frame) {
        boolean columnsOnly = cursor.is(TokenKind.OPEN);
        boolean name = cursor.isName() && !tokens.reserved(cursor.at());
        if (frame.aliased || !(columnsOnly || name)) {
            malformed();
            return;
        }
        frame.aliased = true;
        cursor.moveTo(cursor.at() + (columnsOnly ? 0 : 1));
        cursor.skipParentheses();
    }

    // INSERT, UPDATE, DELETE, MERGE

    private void insert() {
        cursor.next();
        if (!cursor.accept(Word.INTO)) {
            malformed();
            return;
        }
        writeTarget(Word.INSERT);
        if (cursor.accept(Word.AS)) {
            cursor.next();
        }
        if (cursor.is(TokenKind.OPEN) && !Grammar.beginsQuery(tokens, tokens.lead(cursor.at()))) {
            cursor.skipParentheses();
        }
    }

    private void target(Word verb) {
        cursor.next();
        if (verb == Word.DELETE && !cursor.accept(Word.FROM)) {
            malformed();
            return;
        }
        if (verb == Word.MERGE && !cursor.accept(Word.INTO)) {
            malformed();
            return;
        }
        cursor.accept(Word.ONLY);
        if (cursor.is(TokenKind.OPEN) && tokens.isName(cursor.at() + 1)) {
            cursor.next();
            writeTarget(verb);
            if (!cursor.accept(TokenKind.CLOSE)) {
                malformed();
            }
        } else {
            writeTarget(verb);
        }
    }

    private void writeTarget(Word verb) {
        Frame frame = frame();
        frame.verb = verb;
        frame.clause = Clause.AFTER_TARGET;
        if (cursor.isName() && !tokens.reserved(cursor.at())) {
            findings.write(cursor.name());
        } else {
            malformed();
        }
    }

    private void afterTarget() {
        Frame frame = frame();
        switch (cursor.word()) {
            case USING -> {
                cursor.next();
                frame.clause = Clause.ITEM;
            }
            case AS -> cursor.next();
            case SET, WHERE, RETURNING -> {
                cursor.next();
                frame.clause = Clause.EXPRESSION;
            }
            case DEFAULT -> {
                cursor.next();
                if (cursor.accept(Word.VALUES)) {
                    frame.clause = Clause.EXPRESSION;
                } else {
                    malformed();
                }
            }
            case OVERRIDING -> {
                cursor.moveTo(cursor.at() + 3);
                frame.clause = Clause.QUERY;
            }
            case SELECT, VALUES, TABLE, WITH -> frame.clause = Clause.QUERY;
            default -> afterTargetName(frame);
        }
    }

    private void afterTargetName(Frame frame) {
        if (frame.verb == Word.INSERT && cursor.is(TokenKind.OPEN)) {
            frame.clause = Clause.QUERY;
        } else if (cursor.is(TokenKind.STAR)) {
            cursor.next();
        } else if (!frame.aliased && cursor.isName() && !tokens.reserved(cursor.at())) {
            frame.aliased = true;
            cursor.next();
        } else {
            malformed();
        }
    }
}

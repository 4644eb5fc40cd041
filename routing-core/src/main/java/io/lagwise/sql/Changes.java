package io.lagwise.sql;

import io.lagwise.RouteReason;

/** Reads the heads of INSERT, UPDATE, DELETE and MERGE: what they change. */
final class Changes {
    private final Walk walk;
    private final Cursor cursor;
    private final Tokens tokens;
    private final Findings findings;

    Changes(Walk walk) {
        this.walk = walk;
        this.cursor = walk.cursor();
        this.tokens = walk.tokens();
        this.findings = walk.findings();
    }

    /** Steps over the verb, if one is at hand. */
    boolean begin() {
        Word verb = cursor.word();
        switch (verb) {
            case INSERT, MERGE -> begin(verb, null);
            case REPLACE -> {
                if (!tokens.reserved(cursor.at())) {
                    return false;
                }
                begin(Word.INSERT, null);
            }
            case UPDATE, DELETE -> begin(verb, walk.rules().newTargets());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void begin(Word verb, @org.jspecify.annotations.Nullable Targets targets) {
        Frame frame = walk.frame();
        frame.verb = verb;
        frame.targets = targets;
        frame.clause = Clause.TARGET;
        findings.because(RouteReason.WRITES);
        cursor.next();
        if (walk.rules().joinedTargets()) {
            skipModifiers();
            if (verb == Word.UPDATE) {
                frame.nextItem();
            }
        }
    }

    private void skipModifiers() {
        while (cursor.acceptAny(
                Word.LOW_PRIORITY, Word.HIGH_PRIORITY, Word.DELAYED, Word.QUICK, Word.IGNORE, Word.HISTORY)) {
            continue;
        }
    }

    /** Reads the target, or one of several. */
    void target() {
        Frame frame = walk.frame();
        switch (cursor.kind()) {
            case WORD -> word(frame);
            case QUOTED -> name(frame);
            case OPEN -> nameInParentheses(frame);
            case VARIABLE -> {
                cursor.next();
                frame.clause = Clause.AFTER_TARGET;
            }
            default -> walk.malformed();
        }
    }

    private void word(Frame frame) {
        switch (cursor.word()) {
            case INTO, FROM, ONLY, BULK, PERCENT -> cursor.next();
            case TOP -> top();
            default -> name(frame);
        }
    }

    private void top() {
        cursor.next();
        if (cursor.is(TokenKind.OPEN)) {
            walk.open(Clause.START, Clause.TARGET);
        } else {
            cursor.next();
        }
    }

    /** ONLY (orders), or what Oracle and others let one write there. */
    private void nameInParentheses(Frame frame) {
        if (cursor.word(-1) == Word.ONLY && tokens.isName(cursor.at() + 1)) {
            cursor.next();
            name(frame);
            if (!cursor.accept(TokenKind.CLOSE)) {
                walk.malformed();
            }
        } else {
            walk.malformed();
        }
    }

    private void name(Frame frame) {
        int first = cursor.at();
        boolean call = tokens.is(first + 1, TokenKind.OPEN) && frame.verb != Word.INSERT;
        if (tokens.reserved(first) && !tokens.is(first + 1, TokenKind.OPEN)) {
            walk.malformed();
            return;
        }
        String scopeName = walk.scopeName(first);
        TableName name = cursor.name();
        cursor.accept(TokenKind.STAR);
        frame.clause = Clause.AFTER_TARGET;
        if (cursor.is(TokenKind.OPEN) && (call || tokens.reserved(first))) {
            walk.call(name, Clause.AFTER_TARGET);
        } else {
            changed(frame, name, scopeName);
        }
    }

    private void changed(Frame frame, TableName name, String scopeName) {
        Scopes.Entry expression = name.parts().size() == 1 && walk.rules().changesThroughExpressions()
                ? walk.scopes().find(scopeName)
                : null;
        if (expression != null) {
            findings.writeThrough(expression);
        } else if (frame.targets != null) {
            frame.targets.reference(name);
        } else {
            findings.write(name);
        }
    }

    /** Reads what stands between the target and the next clause. */
    void afterTarget() {
        Frame frame = walk.frame();
        switch (cursor.kind()) {
            case COMMA -> {
                cursor.next();
                frame.clause = Clause.TARGET;
            }
            case STAR -> cursor.next();
            case OPEN -> afterTargetInParentheses(frame);
            case WORD -> wordAfterTarget(frame);
            case QUOTED -> alias(frame);
            default -> walk.malformed();
        }
    }

    private void afterTargetInParentheses(Frame frame) {
        if (frame.verb != Word.INSERT) {
            walk.malformed();
        } else if (Grammar.beginsQuery(tokens, tokens.lead(cursor.at()))) {
            frame.clause = Clause.QUERY;
        } else {
            cursor.skipParentheses();
        }
    }

    private void wordAfterTarget(Frame frame) {
        switch (cursor.word()) {
            case USING, FROM -> {
                cursor.next();
                frame.nextItem();
            }
            case AS -> {
                cursor.next();
                alias(frame);
            }
            case SET, WHERE, RETURNING, ORDER, LIMIT, OUTPUT, VALUE, BEFORE -> clause(frame);
            case DEFAULT -> defaultValues(frame);
            case OVERRIDING -> {
                cursor.moveTo(cursor.at() + 3);
                frame.clause = Clause.QUERY;
            }
            case SELECT, VALUES, TABLE -> frame.clause = Clause.QUERY;
            case WITH -> with(frame);
            case PARTITION -> {
                cursor.next();
                cursor.skipParentheses();
            }
            case FOR -> portion(frame);
            case EXEC, EXECUTE -> frame.clause = Clause.EXPRESSION;
            default -> alias(frame);
        }
    }

    /** OUTPUT, VALUE and SET are not reserved everywhere, but an alias of such a name is followed by another clause. */
    private void clause(Frame frame) {
        boolean where = cursor.is(Word.WHERE);
        cursor.next();
        frame.plainExpression();
        frame.filtering = where;
    }

    private void defaultValues(Frame frame) {
        cursor.next();
        if (cursor.accept(Word.VALUES)) {
            frame.clause = Clause.EXPRESSION;
        } else {
            walk.malformed();
        }
    }

    private void with(Frame frame) {
        if (tokens.is(cursor.at() + 1, TokenKind.OPEN)) {
            cursor.next();
            cursor.skipParentheses();
        } else {
            frame.clause = Clause.QUERY;
        }
    }

    /** FOR PORTION OF p FROM x TO y. */
    private void portion(Frame frame) {
        cursor.next();
        frame.clause = Clause.EXPRESSION;
        frame.argumentWords = true;
    }

    private void alias(Frame frame) {
        if (frame.aliased || !cursor.isName() || tokens.reserved(cursor.at())) {
            walk.malformed();
            return;
        }
        frame.aliased = true;
        cursor.next();
    }
}

package io.lagwise.sql;

/** Reads the list of common table expressions that WITH begins, and keeps their scopes. */
final class CommonTables {
    private final Walk walk;
    private final Cursor cursor;

    CommonTables(Walk walk) {
        this.walk = walk;
        this.cursor = walk.cursor();
    }

    /** Begins the list behind WITH; names of a recursive list are in scope at once. */
    void begin() {
        Frame frame = walk.frame();
        frame.clause = Clause.CTE;
        frame.recursive = cursor.accept(Word.RECURSIVE);
        if (frame.recursive) {
            int first = cursor.at();
            do {
                if (cursor.isName()) {
                    define(walk.scopeName(cursor.at()));
                }
            } while (skipDefinition() && cursor.accept(TokenKind.COMMA));
            cursor.moveTo(first);
        }
    }

    private void define(String name) {
        int reads = walk.findings().readCount();
        walk.scopes().add(name, reads, reads);
    }

    private boolean skipDefinition() {
        cursor.next();
        cursor.skipParentheses();
        boolean as = cursor.accept(Word.AS);
        skipMaterialized();
        return as && cursor.skipParentheses() && skipSearchAndCycle();
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
            complete = cursor.skipBehind(Word.RESTRICT, Word.USING);
            if (cursor.word(-1) == Word.USING) {
                cursor.next();
            }
        }
        return complete;
    }

    /** Reads a name with its columns and steps into its body. */
    void name() {
        Frame frame = walk.frame();
        if (!cursor.isName()) {
            walk.malformed();
            return;
        }
        String name = walk.scopeName(cursor.at());
        cursor.next();
        cursor.skipParentheses();
        boolean as = cursor.accept(Word.AS);
        skipMaterialized();
        if (!as || !cursor.is(TokenKind.OPEN)) {
            walk.malformed();
            return;
        }
        Frame body = walk.open(Clause.BODY, Clause.AFTER_CTE);
        if (!frame.recursive) {
            body.defines = name;
            if (walk.rules().recursiveWithoutWord()) {
                define(name);
            }
        }
    }

    /** Reads what stands between the body and the next name or the statement itself. */
    void afterBody() {
        if (!skipSearchAndCycle()) {
            walk.malformed();
        } else if (cursor.accept(TokenKind.COMMA)) {
            walk.frame().clause = Clause.CTE;
        } else {
            walk.frame().clause = Clause.BODY;
        }
    }
}

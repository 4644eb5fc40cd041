package io.lagwise.sql;

/** Questions to a few neighbouring tokens. */
final class Grammar {
    private Grammar() {}

    /** Returns whether the token may begin a query. */
    static boolean beginsQuery(Tokens tokens, int i) {
        return switch (tokens.word(i)) {
            case SELECT, WITH, VALUES, TABLE -> true;
            default -> false;
        };
    }

    /** Returns whether a query cannot end with this token. */
    static boolean cannotEnd(Tokens tokens, int i) {
        return switch (tokens.kind(i)) {
            case COMMA, DOT, OPERATOR, CAST -> true;
            case WORD ->
                !tokens.is(i - 1, TokenKind.DOT)
                        && !tokens.is(i - 1, Word.AS)
                        && switch (tokens.word(i)) {
                            case SELECT,
                                    FROM,
                                    WHERE,
                                    AND,
                                    OR,
                                    NOT,
                                    ON,
                                    BY,
                                    HAVING,
                                    GROUP,
                                    ORDER,
                                    LIMIT,
                                    OFFSET,
                                    UNION,
                                    INTERSECT,
                                    EXCEPT,
                                    AS,
                                    INTO,
                                    USING,
                                    SET,
                                    WHEN,
                                    THEN,
                                    IN,
                                    LIKE,
                                    CASE -> tokens.reserved(i);
                            default -> false;
                        };
            default -> false;
        };
    }

    /** Returns whether a select list's star is followed by a name, as where FROM is misspelt. */
    static boolean isStarBeforeName(Tokens tokens, int star) {
        boolean item =
                switch (tokens.kind(star - 1)) {
                    case COMMA, DOT -> true;
                    default ->
                        tokens.is(star - 1, Word.SELECT)
                                || tokens.is(star - 1, Word.ALL)
                                || tokens.is(star - 1, Word.DISTINCT);
                };
        return item && isPlainName(tokens, star + 1);
    }

    /** Returns whether two names stand right before this one, which no select list has, unless FROM is misspelt. */
    static boolean isThirdName(Tokens tokens, int i) {
        return isPlainName(tokens, i) && isPlainName(tokens, i - 1) && isPlainName(tokens, i - 2);
    }

    /** Returns whether the token is a name that the dialect does not know as a word. */
    private static boolean isPlainName(Tokens tokens, int i) {
        return tokens.isName(i) && tokens.term(i) == null;
    }

    /** Returns whether FROM, here, is the end of IS [NOT] DISTINCT FROM. */
    static boolean isDistinctFrom(Tokens tokens, int from) {
        return tokens.is(from - 1, Word.DISTINCT)
                && (tokens.is(from - 2, Word.IS) || (tokens.is(from - 2, Word.NOT) && tokens.is(from - 3, Word.IS)));
    }

    static boolean isWithinGroup(Tokens tokens, int group) {
        return tokens.is(group - 1, Word.WITHIN);
    }

    /** Returns whether the routine has FROM and FOR between its arguments. */
    static boolean hasArgumentWords(Word routine) {
        return switch (routine) {
            case EXTRACT, SUBSTRING, SUBSTR, TRIM, OVERLAY, POSITION -> true;
            default -> false;
        };
    }

    /**
     * Returns whether the word before a parenthesis is syntax here, although elsewhere a routine could have that name.
     */
    static boolean isConstruct(Tokens tokens, int i, Frame frame) {
        Term term = tokens.term(i);
        if (term == null || tokens.is(i - 1, TokenKind.DOT)) {
            return false;
        }
        Word before = tokens.word(i - 1);
        return switch (term.word()) {
            case BY -> before == Word.GROUP || before == Word.ORDER || before == Word.PARTITION;
            case SETS -> before == Word.GROUPING;
            case CUBE, ROLLUP -> frame.grouping;
            case OVER, FILTER -> endsCall(tokens, i - 1) || before == Word.NULLS;
            case CONFLICT -> before == Word.ON;
            case FIRST, NEXT -> before == Word.FETCH;
            case VARYING ->
                before == Word.CHARACTER || before == Word.CHAR || before == Word.BIT || before == Word.NCHAR;
            case SET -> before == Word.UPDATE;
            case INSERT -> before == Word.THEN;
            case COLUMNS -> tokens.is(i - 1, TokenKind.STRING) || endsName(tokens, i - 1);
            default -> term.reserved() && term.routine() == null;
        };
    }

    /** Returns whether the token closes the arguments of a call or of WITHIN GROUP or FILTER. */
    private static boolean endsCall(Tokens tokens, int close) {
        return tokens.is(close, TokenKind.CLOSE)
                && tokens.isName(tokens.partner(close) - 1)
                && !tokens.is(tokens.partner(close) - 1, Word.ON);
    }

    private static boolean endsName(Tokens tokens, int i) {
        return tokens.isName(i) && !tokens.reserved(i) && (tokens.is(i - 1, Word.AS));
    }
}

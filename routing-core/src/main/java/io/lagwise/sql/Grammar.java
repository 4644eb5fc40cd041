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
            case WORD -> tokens.reserved(i) && needsMore(tokens.word(i)) && !isLabel(tokens, i);
            default -> false;
        };
    }

    private static boolean needsMore(Word word) {
        return switch (word) {
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
                    CASE -> true;
            default -> false;
        };
    }

    private static boolean isLabel(Tokens tokens, int i) {
        return tokens.is(i - 1, TokenKind.DOT) || tokens.is(i - 1, Word.AS);
    }

    // Texts that no server accepts

    /** Returns whether a select list's star is followed by a name, as where FROM is misspelt. */
    static boolean isStarBeforeName(Tokens tokens, int star) {
        boolean item =
                switch (tokens.word(star - 1)) {
                    case SELECT, ALL, DISTINCT -> true;
                    default -> tokens.is(star - 1, TokenKind.COMMA) || tokens.is(star - 1, TokenKind.DOT);
                };
        return item && isPlainName(tokens, star + 1);
    }

    /** Returns whether two names stand right before this one, which no select list has, unless FROM is misspelt. */
    static boolean isThirdName(Tokens tokens, int i) {
        return isPlainName(tokens, i) && isPlainName(tokens, i - 1) && isPlainName(tokens, i - 2);
    }

    /** Returns whether a name follows a string, which no condition has. */
    static boolean isNameBehindString(Tokens tokens, int i) {
        return tokens.is(i - 1, TokenKind.STRING) && isPlainName(tokens, i);
    }

    /** Returns whether the token is a name that the dialect does not know as a word. */
    private static boolean isPlainName(Tokens tokens, int i) {
        Term term = tokens.term(i);
        return tokens.isName(i) && (term == null || isDriverWord(term.word()));
    }

    private static boolean isDriverWord(Word word) {
        return switch (word) {
            case D, T, TS, FN, OJ -> true;
            default -> false;
        };
    }

    /** Returns whether a string in double quotes stands where a server that takes it as a name would call a routine. */
    static boolean couldBeName(Tokens tokens, int string) {
        return tokens.sql().charAt(tokens.start(string)) == '"'
                && (tokens.is(string + 1, TokenKind.OPEN)
                        || tokens.is(string + 1, TokenKind.DOT)
                        || tokens.is(string - 1, TokenKind.DOT));
    }

    // Words with two meanings

    /** Returns whether FROM, here, is the end of IS [NOT] DISTINCT FROM. */
    static boolean isDistinctFrom(Tokens tokens, int from) {
        return tokens.is(from - 1, Word.DISTINCT)
                && (tokens.is(from - 2, Word.IS) || (tokens.is(from - 2, Word.NOT) && tokens.is(from - 3, Word.IS)));
    }

    /** Returns whether the routine has FROM and FOR between its arguments. */
    static boolean hasArgumentWords(Word routine) {
        return switch (routine) {
            case EXTRACT, SUBSTRING, SUBSTR, MID, TRIM, OVERLAY, POSITION -> true;
            default -> false;
        };
    }

    /** Returns whether the word may stand within the period of FOR SYSTEM_TIME. */
    static boolean isPeriodWord(Word word) {
        return switch (word) {
            case AND,
                    BETWEEN,
                    FROM,
                    TO,
                    ALL,
                    CONTAINED,
                    IN,
                    TIMESTAMP,
                    TRANSACTION,
                    DATE,
                    INTERVAL,
                    MICROSECOND,
                    SECOND,
                    MINUTE,
                    HOUR,
                    DAY,
                    WEEK,
                    MONTH,
                    QUARTER,
                    YEAR -> true;
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
            case CUBE, ROLLUP -> frame.grouping || term.reserved();
            case OVER, FILTER -> endsCall(tokens, i - 1) || before == Word.NULLS;
            case CONFLICT -> before == Word.ON;
            case FIRST, NEXT -> before == Word.FETCH;
            case VARYING ->
                before == Word.CHARACTER || before == Word.CHAR || before == Word.BIT || before == Word.NCHAR;
            case SET -> before == Word.UPDATE;
            case INSERT -> before == Word.THEN;
            case OF -> before == Word.MEMBER;
            case COLUMNS -> tokens.is(i - 1, TokenKind.STRING) || tokens.is(i - 2, Word.AS);
            default -> term.reserved() && term.routine() == null;
        };
    }

    /** Returns whether the token closes the arguments of a call or of WITHIN GROUP or FILTER. */
    private static boolean endsCall(Tokens tokens, int close) {
        if (!tokens.is(close, TokenKind.CLOSE)) {
            return false;
        }
        int name = tokens.partner(close) - 1;
        return tokens.isName(name) && !tokens.is(name, Word.ON) && !tokens.is(name, Word.TOP);
    }

    // Statements of SQL Server, which need nothing between them

    /** Returns whether the word begins a statement, unless the one at hand goes on with it. */
    static boolean startsStatement(Tokens tokens, int i) {
        Word before = tokens.word(i - 1);
        if (isLabel(tokens, i) || !tokens.reserved(i)) {
            return false;
        }
        return switch (tokens.word(i)) {
            case SELECT,
                    EXEC,
                    CREATE,
                    DROP,
                    TRUNCATE,
                    GRANT,
                    REVOKE,
                    DENY,
                    DECLARE,
                    WHILE,
                    BEGIN,
                    END,
                    ELSE,
                    PRINT,
                    RAISERROR,
                    WAITFOR,
                    USE,
                    RETURN,
                    GOTO,
                    BREAK,
                    CONTINUE,
                    COMMIT,
                    ROLLBACK,
                    SAVE,
                    OPEN,
                    CLOSE,
                    DEALLOCATE,
                    BACKUP,
                    RESTORE,
                    DBCC,
                    KILL,
                    SHUTDOWN,
                    CHECKPOINT,
                    RECONFIGURE,
                    BULK,
                    UPDATETEXT,
                    WRITETEXT,
                    READTEXT,
                    SETUSER,
                    REVERT -> true;
            case EXECUTE -> before != Word.WITH;
            case ALTER -> before != Word.OR;
            case FETCH -> before != Word.ROW && before != Word.ROWS;
            case MERGE -> !tokens.is(i + 1, Word.JOIN);
            case SET -> before != Word.UPDATE && !tokens.is(i + 1, TokenKind.OPEN);
            case INSERT, UPDATE, DELETE -> before != Word.THEN && before != Word.ON && before != Word.FOR;
            case IF -> !tokens.is(i + 1, Word.EXISTS) || tokens.is(i + 2, TokenKind.OPEN);
            default -> false;
        };
    }

    /** Returns whether the statement at hand goes on with a word that elsewhere begins one. */
    static boolean continues(Tokens tokens, int i, Frame frame) {
        return switch (tokens.word(i)) {
            case SELECT, EXEC, EXECUTE -> frame.verb == Word.INSERT;
            case SET -> frame.verb == Word.UPDATE && frame.clause == Clause.AFTER_TARGET;
            case ELSE, END -> frame.cases > 0;
            default -> false;
        };
    }
}

package io.lagwise.sql;

/** The kinds of tokens that the lexer tells apart. */
enum TokenKind {
    /** An unquoted identifier or keyword. */
    WORD,
    /** A quoted identifier. */
    QUOTED,
    /** A string literal of any form. */
    STRING,
    /** A number. */
    NUMBER,
    /** A parameter marker. */
    PARAMETER,
    /** A variable of the session or batch, such as {@code @x} and {@code @@x}. */
    VARIABLE,
    /** Any other sign; operators of several signs are several tokens. */
    OPERATOR,
    /** The sign {@code *}, an operator or a select list. */
    STAR,
    /** The cast {@code ::}. */
    CAST,
    DOT,
    COMMA,
    SEMICOLON,
    OPEN,
    CLOSE,
    OPEN_BRACKET,
    CLOSE_BRACKET,
    OPEN_BRACE,
    CLOSE_BRACE,
    /** What follows the last token. */
    END;

    boolean opens() {
        return this == OPEN || this == OPEN_BRACKET || this == OPEN_BRACE;
    }

    boolean closes() {
        return this == CLOSE || this == CLOSE_BRACKET || this == CLOSE_BRACE;
    }
}

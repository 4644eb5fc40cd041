package io.lagwise.sql;

/** How dialects and server settings differ in cutting a text into tokens. */
enum Trait {
    /** Block comments nest. */
    NESTED_COMMENTS,
    /** The content of {@code /*!} comments is code. */
    EXECUTED_COMMENTS,
    /** {@code #} begins a line comment. */
    HASH_COMMENTS,
    /** {@code --} needs white space after it to begin a comment. */
    SPACED_DASHES,
    /** A carriage return alone ends a line comment. */
    RETURN_ENDS_COMMENT,
    /** A backslash escapes in ordinary strings. */
    BACKSLASHES,
    /** A string after the letter E has backslash escapes. */
    ESCAPE_STRINGS,
    /** Strings and names after {@code U&} have Unicode escapes. */
    UNICODE_ESCAPES,
    /** {@code $tag$} quotes strings. */
    DOLLAR_QUOTES,
    /** Double quotes enclose strings. */
    DOUBLE_QUOTED_STRINGS,
    /** A backslash escapes between double quotes. */
    DOUBLE_QUOTED_BACKSLASHES,
    /** Backticks quote names. */
    BACKTICKS,
    /** Square brackets quote names. */
    BRACKETS,
    /** {@code @} begins a variable. */
    VARIABLES,
    /** {@code #} may begin a name; {@code #} and {@code @} may stand within. */
    SIGNS_IN_NAMES,
    /** A name may begin with digits. */
    DIGITS_IN_FRONT,
    /** Letters outside ASCII are told from other signs outside ASCII. */
    LETTERS_ONLY,
    /** The database is not known, so what any database reads in its own way is unsure. */
    UNKNOWN_DATABASE
}

package io.lagwise.jdbc;

/** What the caller asks of a statement beyond its text. */
enum Intent {
    /** A result; the statement may be sent twice. */
    PLAIN,
    /** A result, with a parameter that can be read once only. */
    ONCE,
    /** Generated keys or an updatable result: the writer, whatever the text. */
    WRITE
}

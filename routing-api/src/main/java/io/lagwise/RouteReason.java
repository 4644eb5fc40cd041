package io.lagwise;

import java.util.Locale;

/**
 * Says why a statement went where it went.
 *
 * <p>{@link #text()} is the one spelling used in metrics, logs, explanations and documentation.
 */
public enum RouteReason {
    /** The statement is proven to only read; where it runs is then a question of freshness. */
    READ_ONLY("the statement only reads"),

    /** A reader has the last committed write of every table that the statement reads. */
    READER_FRESH("the reader has the last committed write of every table read"),
    /** A reader has had it after a wait within {@code lagwise.lag.wait}. */
    READER_CAUGHT_UP("the reader caught up within the permitted wait"),
    /** The application said that lag does not matter for this statement. */
    LAG_IGNORED("lag is ignored for this statement by a hint or rule"),
    /** The transaction has already chosen its reader. */
    TRANSACTION_READER("the read-only transaction runs on this reader"),
    /** A kept result holds the last committed write of every table that the statement reads. */
    CACHE_FRESH("the cache has the last committed write of every table read"),
    /** A kept result was used though it may be old, as lag does not matter for this statement. */
    CACHE_LAG_IGNORED("lag is ignored and the cache has a result"),

    /** The statement changes data. */
    WRITES("the statement writes"),
    /** The statement locks rows or tables. */
    LOCKS("the statement takes locks"),
    /** The statement changes the schema or privileges. */
    CHANGES_SCHEMA("the statement changes the schema or privileges"),
    /** The statement begins, ends or structures a transaction. */
    TRANSACTION_CONTROL("the statement controls the transaction"),
    /** The statement changes the state of the database session. */
    CHANGES_SESSION("the statement changes the session"),
    /** The statement reads state that only the session that made it has. */
    READS_SESSION("the statement reads state of the writer's session"),
    /** The statement advances or sets a sequence. */
    USES_SEQUENCE("the statement uses a sequence"),
    /** The statement calls a procedure or runs code that cannot be looked into. */
    CALLS_PROCEDURE("the statement calls a procedure"),
    /** The statement calls a routine of which nothing is known. */
    UNKNOWN_ROUTINE("the statement calls a routine that is not known to only read"),
    /** The statement calls a routine which the database declares volatile. */
    VOLATILE_ROUTINE("the statement calls a routine that is declared volatile"),
    /** The text holds more than one statement. */
    SEVERAL_STATEMENTS("the text holds several statements"),
    /** The statement is of a kind that is not understood. */
    UNKNOWN_STATEMENT("the statement is not understood"),
    /** The text ends within a literal, comment or parenthesis, or is not a statement at all. */
    MALFORMED("the text is not a well-formed statement"),
    /** The statement names a relation that cannot be read on a reader. */
    WRITER_ONLY_RELATION("a relation of the statement exists on the writer only"),
    /** The statement names a relation that the catalog does not know. */
    UNKNOWN_RELATION("a relation of the statement is not in the catalog"),
    /** The catalog of the database is not known. */
    CATALOG_UNKNOWN("the catalog of the database has not been read"),
    /** The statement was prepared to return generated keys or an updatable result. */
    WRITE_INTENT("the statement asks for generated keys or an updatable result"),

    /** A commit that wrote a table of the statement is under way. */
    WRITE_IN_FLIGHT("a commit to a table of the statement is under way"),
    /** No usable reader has the last write of every table read. */
    READERS_BEHIND("no reader has the last committed write of every table read"),
    /** No reader is up and following the writer. */
    NO_READER("no reader is usable"),
    /** No reader had a free connection in time. */
    READERS_BUSY("no reader had a free connection in time"),
    /** The reader failed and the read was repeated on the writer. */
    READER_FAILED("the reader failed and the read was repeated on the writer"),
    /** The position of the writer is not known. */
    WRITER_UNKNOWN("the position of the writer is not known"),

    /** The statement belongs to a read-write transaction. */
    READ_WRITE_TRANSACTION("the statement belongs to a read-write transaction"),
    /** The isolation level of the transaction asks for the writer. */
    ISOLATION("the isolation level of the transaction asks for the writer"),
    /** The transaction has gone on on the writer. */
    TRANSACTION_WRITER("the transaction runs on the writer"),
    /** The session is bound to the writer until its connection is closed. */
    SESSION_PINNED("the session is bound to the writer"),
    /** The connection holds the writer because it wrote there. */
    WRITER_HELD("the connection holds the writer after a write"),
    /** A hint asks for the writer. */
    HINT_WRITER("a hint asks for the writer"),
    /** The writer was asked for through the writer's own view. */
    WRITER_VIEW("the writer's own view was used"),
    /** The configuration keeps transactions of this kind on the writer. */
    CONFIGURED_WRITER("the configuration asks for the writer");

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final String description;

    RouteReason(String description) {
        this.description = description;
    }

    /** Returns the kebab-case name, as in metrics and logs. */
    public String text() {
        return text;
    }

    /** Returns half a sentence for people. */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return text;
    }
}

package io.lagwise.sql;

/** What a statement does to the transaction by its text. */
public enum TransactionControl {
    /** Nothing. */
    NONE,
    /** Opens a transaction block. */
    BEGIN,
    /** Commits, or may commit, the transaction; includes preparing it and committing a prepared one. */
    COMMIT,
    /** Rolls the whole transaction back. */
    ROLLBACK,
    /** Sets, releases or rolls back to a savepoint, or sets a property of the transaction. */
    WITHIN
}

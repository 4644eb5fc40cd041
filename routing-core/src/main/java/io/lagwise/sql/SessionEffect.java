package io.lagwise.sql;

/** How long a statement's effect on the database session lasts. */
public enum SessionEffect {
    /** The session is as it was. */
    NONE,
    /** Until the transaction ends, as {@code SET LOCAL}. */
    TRANSACTION,
    /** Until the session ends, as {@code SET}, temporary tables and advisory locks. */
    SESSION
}

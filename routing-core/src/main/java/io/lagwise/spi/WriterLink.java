package io.lagwise.spi;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a ledger may ask of the writer: it has the last word on positions and sessions.
 *
 * <p>Thread-safe; no method blocks. What cannot be answered ends its future with an exception.
 */
public interface WriterLink {
    /** Returns the epoch that is current here; null before the writer was first reached. */
    @Nullable
    Epoch epoch();

    /** Returns a position of the current writer, read by a poll that begins after this call; callers share one. */
    CompletableFuture<Position> positionFromNow();

    /**
     * Returns how often the monitor's connection to the writer was opened.
     *
     * <p>While the number is the same, the server has shown that connection to everybody without a break.
     */
    long openings();

    /** Runs a query on the monitor's connection to the current writer, soon. */
    <T> CompletableFuture<T> ask(Query<T> query);

    /**
     * Says that others know of a later epoch.
     *
     * @param floor a position of its writer
     */
    void overtaken(Epoch epoch, Position floor);

    /** Says that others have changed the schema, so that what is known of it no longer holds. */
    void catalogChanged();

    /** Asks the writer something. */
    @FunctionalInterface
    interface Query<T> {
        /** Returns the answer. */
        T of(ReplicationProbe probe, Connection connection) throws SQLException;
    }
}

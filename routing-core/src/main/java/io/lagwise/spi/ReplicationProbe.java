package io.lagwise.spi;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What one kind of database must answer about replication.
 *
 * <p>A probe knows statements and the arithmetic of positions, nothing of threads, caches or routing. It is called with
 * connections in autocommit mode, and must be thread-safe.
 */
public interface ReplicationProbe {
    /** Returns identity, role, timeline and position, read in one statement. */
    ServerStatus status(Connection connection) throws SQLException;

    /**
     * Returns a name of the connection's server session that is never used again.
     *
     * @see #isOver(Connection, String)
     */
    String session(Connection connection) throws SQLException;

    /** Returns whether the server, asked over another connection, has ended that session. */
    boolean isOver(Connection connection, String session) throws SQLException;
}

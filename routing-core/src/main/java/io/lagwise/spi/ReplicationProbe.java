package io.lagwise.spi;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Set;

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

    /**
     * Returns a name that all servers of this replicated database share, and no other database has.
     *
     * <p>This and what follows is asked only where several instances share their records.
     */
    default String database(Connection connection) throws SQLException {
        throw unsupported();
    }

    /** Makes the server show that this connection belongs to the instance, for as long as it is open. */
    default void announce(Connection connection, String instance) throws SQLException {
        throw unsupported();
    }

    /** Returns the instances of which the server has connections. */
    default Set<String> announced(Connection connection) throws SQLException {
        throw unsupported();
    }

    private SQLException unsupported() {
        return new SQLFeatureNotSupportedException(
                getClass().getName() + " does not let several instances share their records");
    }
}

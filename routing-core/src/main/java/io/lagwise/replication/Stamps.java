package io.lagwise.replication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ServerStatus;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for each physical connection when and where it was opened.
 *
 * <p>A connection is known by the driver's own object, which a pool hands out again and again, and is asked once, when it
 * is first seen: one or two round trips in its life. Where a pool or proxy hides that object, every use is a first one,
 * which costs round trips but no correctness. Entries go with their connections.
 *
 * <p>Thread-safe. Blocks for the server's answer when a connection is new.
 */
public final class Stamps {
    private final Cache<Connection, Stamp> stamps =
            Caffeine.newBuilder().weakKeys().build();
    private final ReplicationProbe probe;

    /** Makes an empty memory; the probe asks new connections. */
    public Stamps(ReplicationProbe probe) {
        this.probe = probe;
    }

    /** Returns the stamp of a connection that was seen before, or null. */
    public @Nullable Stamp known(Connection connection) throws SQLException {
        return stamps.getIfPresent(physical(connection));
    }

    /** Returns the stamp of a connection to a reader seen for the first time. */
    public Stamp newReader(Connection connection) throws SQLException {
        return remember(connection, System.nanoTime(), null);
    }

    /** Returns the stamp of a connection to the writer seen for the first time. */
    public Stamp newWriter(Connection connection) throws SQLException {
        return remember(connection, System.nanoTime(), probe.session(connection));
    }

    private Stamp remember(Connection connection, long opened, @Nullable String session) throws SQLException {
        ServerStatus status = probe.status(connection);
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        Stamp stamp = new Stamp(opened, status, session);
        stamps.put(physical(connection), stamp);
        return stamp;
    }

    private static Connection physical(Connection connection) throws SQLException {
        return connection.unwrap(Connection.class);
    }
}

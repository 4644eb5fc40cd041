package io.lagwise.replication;

import io.lagwise.spi.ConnectionSource;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.WriterLink;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The monitor's own connection to one node: opened when needed, dropped at the first failure. */
final class NodeConnection implements AutoCloseable {
    /** A server that does not answer a poll for this long counts as down. */
    static final int ANSWER_TIMEOUT_MILLIS = 2000;

    private static final Logger log = LoggerFactory.getLogger(NodeConnection.class);

    private final ConnectionSource source;
    private final ReplicationProbe probe;
    private final @Nullable String instance;
    private volatile long openings;
    private @Nullable Connection connection;

    /** Makes a connection under the name of this instance; null where nobody asks for it. */
    NodeConnection(ConnectionSource source, ReplicationProbe probe, @Nullable String instance) {
        this.source = source;
        this.probe = probe;
        this.instance = instance;
    }

    /** Returns whether the next poll opens a new connection. */
    boolean isNew() {
        return connection == null;
    }

    /** Returns how often the connection was opened; of any thread. */
    long openings() {
        return openings;
    }

    ServerStatus status() throws SQLException {
        try {
            return probe.status(open());
        } catch (SQLException e) {
            drop();
            throw e;
        }
    }

    boolean isOver(String session) throws SQLException {
        try {
            return probe.isOver(open(), session);
        } catch (SQLException e) {
            drop();
            throw e;
        }
    }

    <T> T ask(WriterLink.Query<T> query) throws SQLException {
        try {
            return query.of(probe, open());
        } catch (SQLException e) {
            drop();
            throw e;
        }
    }

    private Connection open() throws SQLException {
        Connection current = connection;
        if (current == null) {
            current = source.open();
            openings++;
            connection = current;
            current.setAutoCommit(true);
            current.setNetworkTimeout(Runnable::run, ANSWER_TIMEOUT_MILLIS);
            if (instance != null) {
                probe.announce(current, instance);
            }
        }
        return current;
    }

    /** Gives the connection up, so that the next poll opens another. */
    void drop() {
        end(source::discard);
    }

    private void end(Ending ending) {
        Connection current = connection;
        connection = null;
        if (current != null) {
            try {
                ending.end(current);
            } catch (SQLException e) {
                log.debug("Closing the monitor's connection failed", e);
            }
        }
    }

    @Override
    public void close() {
        end(Connection::close);
    }

    /** Does away with a connection. */
    @FunctionalInterface
    private interface Ending {
        void end(Connection connection) throws SQLException;
    }
}

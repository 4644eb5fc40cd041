package io.lagwise.jdbc;

import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.replication.Stamp;
import io.lagwise.replication.Stamps;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes connections from the pools and judges them. */
final class PhysicalConnections {
    private static final Logger log = LoggerFactory.getLogger(PhysicalConnections.class);

    /** A pool may hold this many connections to a former writer that are passed over at once. */
    private static final int MOST_ATTEMPTS = 64;

    private final Wiring wiring;
    private final ReplicationMonitor monitor;
    private final Stamps stamps;

    PhysicalConnections(Wiring wiring) {
        this.wiring = wiring;
        this.monitor = wiring.monitor();
        this.stamps = wiring.stamps();
    }

    /** Returns a connection to the writer of the current epoch; waits for the pool. */
    Lease writer() throws SQLException {
        Node node = wiring.writer();
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Connection connection = node.acquire();
            Lease lease = new Lease(node, connection, writerStamp(node, connection));
            if (isCurrent(lease)) {
                return lease;
            }
            node.evict(connection);
        }
        throw new SQLTransientConnectionException(
                "The writer's pool leads to servers that are not the current writer "
                        + monitor.latest().epoch()
                        + ". Check that its URL follows a failover, as with targetServerType=primary.",
                SqlStates.NO_CONNECTION);
    }

    private @Nullable Stamp writerStamp(Node node, Connection connection) throws SQLException {
        try {
            Stamp known = stamps.known(connection);
            if (known != null) {
                return known;
            }
            node.defaults().learn(connection);
            Stamp stamp = stamps.newWriter(connection);
            monitor.observed(stamp.status());
            return stamp;
        } catch (SQLException e) {
            if (!SqlStates.isRefused(e) || monitor.latest().epoch() != null) {
                node.evict(connection);
                throw e;
            }
            // Who refuses us here refuses the monitor too: nothing will be routed, so the connection is as good as any.
            log.debug("A connection to the writer could not be asked for its position", e);
            return null;
        } catch (RuntimeException e) {
            node.evict(connection);
            throw e;
        }
    }

    /** Returns whether the connection leads to the writer of the current epoch, as far as there is one. */
    boolean isCurrent(Lease writer) {
        Epoch epoch = monitor.latest().epoch();
        Stamp stamp = writer.stamp();
        return epoch == null || (stamp != null && stamp.isOf(epoch));
    }

    /** Returns a connection to the reader; null if its pool has none in time, or only a broken one. */
    @Nullable
    Lease reader(int index) {
        Node node = wiring.readers().get(index);
        Connection connection;
        try {
            connection = node.acquire();
        } catch (SQLException e) {
            log.debug("No connection to reader {}", node.name(), e);
            return null;
        }
        try {
            return new Lease(node, connection, readerStamp(node, connection));
        } catch (SQLException e) {
            log.debug("A connection to reader {} could not be asked for its position", node.name(), e);
            node.evict(connection);
            monitor.suspect(index);
            return null;
        } catch (RuntimeException e) {
            node.evict(connection);
            throw e;
        }
    }

    private Stamp readerStamp(Node node, Connection connection) throws SQLException {
        Stamp known = stamps.known(connection);
        if (known != null) {
            return known;
        }
        node.defaults().learn(connection);
        return stamps.newReader(connection);
    }

    /** Returns whether this connection to a reader shows everything up to the position, by the latest poll. */
    boolean shows(Lease reader, Position required) {
        Stamp stamp = reader.stamp();
        LagSnapshot snapshot = monitor.latest();
        return stamp != null
                && stamp.shows(required, snapshot.readers().get(reader.node().index()), snapshot);
    }

    /** Returns up to where this connection to a reader shows everything, by a poll; null if it must not be used. */
    @Nullable
    Position shown(Lease reader, LagSnapshot snapshot) {
        Stamp stamp = reader.stamp();
        return stamp == null
                ? null
                : stamp.shown(snapshot.readers().get(reader.node().index()), snapshot);
    }

    /** Sees to it that the defaults of the writer's pool are known. */
    PoolDefaults writerDefaults() throws SQLException {
        PoolDefaults defaults = wiring.writer().defaults();
        if (!defaults.isLearned()) {
            Lease sample = writer();
            try {
                defaults.learn(sample.physical());
            } finally {
                sample.giveBack();
            }
        }
        return defaults;
    }
}

package io.lagwise.jdbc;

import io.lagwise.replication.Stamp;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A physical connection while a logical one holds it. */
final class Lease {
    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    private final Node node;
    private final Connection physical;
    private final @Nullable Stamp stamp;
    private final List<Bound> bound = new ArrayList<>(2);
    private final List<ConnectionSettings.Undo> undos = new ArrayList<>(2);
    private boolean evicted;
    private boolean wrote;
    private boolean over;

    Lease(Node node, Connection physical, @Nullable Stamp stamp) {
        this.node = node;
        this.physical = physical;
        this.stamp = stamp;
    }

    Node node() {
        return node;
    }

    Connection physical() {
        return physical;
    }

    /** Returns the stamp; null only for the writer before it could ever be asked. */
    @Nullable
    Stamp stamp() {
        return stamp;
    }

    boolean isOver() {
        return over;
    }

    void bind(Bound statement) {
        bound.add(statement);
    }

    void unbound(Bound statement) {
        bound.remove(statement);
    }

    boolean hasOpenResult() {
        for (Bound statement : bound) {
            if (statement.hasOpenResult()) {
                return true;
            }
        }
        return false;
    }

    /** Remembers that data was written here, which later statements of the session may ask about. */
    void markWritten() {
        wrote = true;
    }

    boolean hasWritten() {
        return wrote;
    }

    /** Makes the pool forget the connection when it is given back. */
    void spoil() {
        evicted = true;
    }

    void undoOnReturn(ConnectionSettings.Undo undo) {
        undos.add(undo);
    }

    /** Closes its statements and gives the connection back as it was found; the first error is thrown. */
    void giveBack() throws SQLException {
        if (over) {
            return;
        }
        over = true;
        List.copyOf(bound).forEach(Bound::unbind);
        if (evicted) {
            node.evict(physical);
            return;
        }
        try {
            for (int i = undos.size() - 1; i >= 0; i--) {
                undos.get(i).run(physical);
            }
        } catch (SQLException e) {
            log.debug("Restoring a connection of {} failed; it is evicted", node.name(), e);
            node.evict(physical);
            return;
        }
        node.giveBack(physical);
    }
}

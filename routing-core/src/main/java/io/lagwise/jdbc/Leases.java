package io.lagwise.jdbc;

import io.lagwise.spi.Position;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The physical connections that a logical one holds: at most the writer's and one reader's.
 *
 * <p>One thread at a time, {@link #abort} and {@link #letGo} apart: what is taken while another thread ends the session is
 * given back at once.
 */
final class Leases {
    static final Logger log = LoggerFactory.getLogger(Leases.class);

    private final PhysicalConnections connections;
    private final ConnectionSettings settings;
    private volatile @Nullable Lease writer;
    private volatile @Nullable Lease reader;
    private volatile boolean over;
    private boolean pinned;

    Leases(PhysicalConnections connections, ConnectionSettings settings) {
        this.connections = connections;
        this.settings = settings;
    }

    @Nullable
    Lease heldWriter() {
        return writer;
    }

    @Nullable
    Lease heldReader() {
        return reader;
    }

    /** Returns the connections held now. */
    List<Lease> held() {
        Lease first = writer;
        Lease second = reader;
        if (first != null) {
            return second == null ? List.of(first) : List.of(first, second);
        }
        return second == null ? List.of() : List.of(second);
    }

    /** Binds the session to the writer until it is over. */
    void pin() {
        pinned = true;
    }

    boolean isPinned() {
        return pinned;
    }

    /** Returns whether the session was closed or aborted. */
    boolean isOver() {
        return over;
    }

    // ---- taking

    /** Takes a connection to the writer; none is held. */
    Lease takeWriter() throws SQLException {
        Lease taken = connections.writer();
        writer = taken;
        try {
            requireNotOver();
            settings.carryTo(taken);
        } catch (SQLException e) {
            taken.spoil();
            giveUp(taken);
            throw e;
        }
        return taken;
    }

    /** Takes a connection to the reader, while none is held; null if there is none in time or not a good one. */
    @Nullable
    Lease takeReader(int index) throws SQLException {
        Lease taken = connections.reader(index);
        if (taken != null) {
            reader = taken;
            try {
                requireNotOver();
            } catch (SQLException e) {
                giveUp(taken);
                throw e;
            }
        }
        return taken;
    }

    private void requireNotOver() throws SQLException {
        if (over) {
            throw new SQLException("The connection was closed meanwhile", SqlStates.CLOSED);
        }
    }

    /** Returns whether a reader's connection shows everything up to the position; null stands for any state. */
    boolean shows(Lease held, @Nullable Position required) {
        return required == null || connections.shows(held, required);
    }

    boolean isCurrent(Lease held) {
        return connections.isCurrent(held);
    }

    /** Carries the settings to a reader's connection; gives it up and returns false if it cannot take them. */
    boolean carriesSettings(Lease held) {
        try {
            settings.carryTo(held);
            return true;
        } catch (SQLException e) {
            log.debug(
                    "A connection to reader {} could not take the settings",
                    held.node().name(),
                    e);
            held.spoil();
            giveUp(held);
            return false;
        }
    }

    // ---- giving back

    void giveBack(Lease lease) throws SQLException {
        forget(lease);
        lease.giveBack();
    }

    /** Gives back what is of no more use here, so that an error in doing so matters to nobody. */
    void giveUp(Lease lease) {
        forget(lease);
        try {
            lease.giveBack();
        } catch (SQLException e) {
            log.debug("Giving up a connection of {} failed", lease.node().name(), e);
        }
    }

    private void forget(Lease lease) {
        if (lease == writer) {
            writer = null;
        } else if (lease == reader) {
            reader = null;
        }
    }

    /** Gives back what nothing is left to do on, between transactions. */
    void giveBackIdle() throws SQLException {
        Lease idleReader = reader;
        if (idleReader != null && !idleReader.hasOpenResult()) {
            giveBack(idleReader);
        }
        Lease idleWriter = writer;
        if (idleWriter != null && !pinned && isDone(idleWriter)) {
            giveBack(idleWriter);
        }
    }

    private static boolean isDone(Lease lease) {
        return lease.isSpoiled() || (!lease.isKeptForSession() && !lease.hasOpenResult());
    }

    /** Gives back everything, the reader's first; every step is tried and the first error returned. */
    @Nullable
    SQLException letGo(@Nullable SQLException earlier) {
        over = true;
        return letGo(writer, letGo(reader, earlier));
    }

    private @Nullable SQLException letGo(@Nullable Lease lease, @Nullable SQLException earlier) {
        if (lease == null) {
            return earlier;
        }
        try {
            giveBack(lease);
            return earlier;
        } catch (SQLException e) {
            return first(earlier, e);
        }
    }

    /** Breaks everything off, whatever another thread is doing with it. */
    @Nullable
    SQLException abort(Executor executor) {
        over = true;
        @Nullable SQLException failure = null;
        for (Lease lease : held()) {
            lease.spoil();
            try {
                lease.physical().abort(executor);
            } catch (SQLException e) {
                failure = first(failure, e);
            }
        }
        return failure;
    }

    /** Returns the first of two errors, which takes note of the second. */
    static SQLException first(@Nullable SQLException earlier, SQLException later) {
        if (earlier == null) {
            return later;
        }
        earlier.addSuppressed(later);
        return earlier;
    }
}

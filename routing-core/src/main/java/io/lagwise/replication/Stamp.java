package io.lagwise.replication;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.ServerStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one physical connection since it was first used (protocol A1, A2).
 *
 * @param opened a moment after the connection was established, by {@link System#nanoTime()}
 * @param status what its server answered over this very connection, after {@code opened}
 * @param session the server's name for the connection's session; null for connections to readers
 */
public record Stamp(long opened, ServerStatus status, @Nullable String session) {
    /** Returns whether the connection leads to the writer of this epoch. */
    public boolean isOf(Epoch epoch) {
        return status.isWriter() && status.epoch().equals(epoch);
    }

    /** Returns whether a reader's connection shows everything up to the required position. */
    public boolean shows(Position required, ReaderLag lag, LagSnapshot snapshot) {
        Position shown = shown(lag, snapshot);
        return shown != null && shown.covers(required);
    }

    /**
     * Returns up to where a reader's connection shows everything; null if it must not be used.
     *
     * <p>A poll speaks for a connection that was open before the poll began, to the same start of the same server: a
     * server that crashes, and may come back with less applied, ends all its connections. A younger connection has its
     * own answer only.
     */
    public @Nullable Position shown(ReaderLag lag, LagSnapshot snapshot) {
        ServerStatus polled = lag.status();
        Epoch epoch = snapshot.epoch();
        if (polled == null || epoch == null || lag.state() != ReaderLag.State.AVAILABLE) {
            return null;
        }
        boolean speaksForUs = lag.polledAt() - opened > 0 && polled.server().equals(status.server());
        ServerStatus known = speaksForUs ? polled : status;
        return follows(known, epoch) ? known.position() : null;
    }

    private static boolean follows(ServerStatus reader, Epoch epoch) {
        return !reader.isWriter() && reader.timeline() == epoch.timeline();
    }
}

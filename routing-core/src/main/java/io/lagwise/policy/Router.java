package io.lagwise.policy;

import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.LagMonitor;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.ReaderLag.State;
import io.lagwise.spi.RoutingPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a statement outside a read-write transaction may run.
 *
 * <p>A reader is safe if it follows the current epoch and has applied the last write of every table that the statement
 * depends on, none of them having a commit under way (protocol A5). The records are read before the snapshot: a commit
 * that is acknowledged later was not acknowledged when the read began. The connection is judged once it is at hand.
 *
 * <p>Never blocks; thread-safe.
 */
public final class Router {
    /** The bits of a mask of readers. */
    public static final int MOST_READERS = Long.SIZE;

    private final LagMonitor monitor;
    private final RoutingPolicy policy;
    private final List<? extends ReaderLoad> readers;

    /** Makes the router for these readers, in the monitor's order. */
    public Router(LagMonitor monitor, RoutingPolicy policy, List<? extends ReaderLoad> readers) {
        this.monitor = monitor;
        this.policy = policy;
        this.readers = List.copyOf(readers);
    }

    /**
     * Returns where the statement may run now.
     *
     * @param required what its tables require, read after the statement arrived; null if that is not known
     * @param obstacle why it is not known
     * @param excluded bits of readers to pass over
     */
    public Choice choose(
            StatementPlan plan, @Nullable Position required, RouteReason obstacle, RoutingHints hints, long excluded) {
        if (!plan.readOnly()) {
            return Choice.writer(plan.reason());
        }
        return switch (hints.route()) {
            case WRITER -> Choice.writer(RouteReason.HINT_WRITER);
            case LAG_IGNORE -> anyLive(monitor.latest(), excluded);
            case AUTO -> fresh(required, obstacle, excluded);
        };
    }

    private Choice fresh(@Nullable Position required, RouteReason obstacle, long excluded) {
        LagSnapshot snapshot = monitor.latest();
        Epoch epoch = snapshot.epoch();
        if (epoch == null) {
            return Choice.writer(RouteReason.WRITER_UNKNOWN);
        }
        if (required == null) {
            return Choice.writer(obstacle);
        }
        long usable = 0;
        long safe = 0;
        List<ReaderLag> lags = snapshot.readers();
        for (int i = 0; i < lags.size(); i++) {
            ReaderLag lag = lags.get(i);
            if (lag.state() == State.AVAILABLE && lag.status() != null) {
                usable |= 1L << i;
                if (lag.status().position().covers(required)) {
                    safe |= 1L << i;
                }
            }
        }
        if (usable == 0) {
            return Choice.writer(RouteReason.NO_READER);
        }
        safe &= ~excluded;
        return safe == 0 ? Choice.writer(RouteReason.READERS_BEHIND) : among(safe, RouteReason.READER_FRESH);
    }

    private Choice anyLive(LagSnapshot snapshot, long excluded) {
        long live = 0;
        List<ReaderLag> lags = snapshot.readers();
        for (int i = 0; i < lags.size(); i++) {
            if (lags.get(i).state() != State.DOWN) {
                live |= 1L << i;
            }
        }
        live &= ~excluded;
        return live == 0 ? Choice.writer(RouteReason.NO_READER) : among(live, RouteReason.LAG_IGNORED);
    }

    private Choice among(long mask, RouteReason reason) {
        if ((mask & (mask - 1)) == 0) {
            return new Choice(Long.numberOfTrailingZeros(mask), reason);
        }
        SafeReaders candidates = new SafeReaders(readers, mask);
        return new Choice(candidates.index(policy.choose(candidates)), reason);
    }
}

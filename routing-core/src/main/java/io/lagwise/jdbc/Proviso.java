package io.lagwise.jdbc;

import io.lagwise.RouteReason;
import io.lagwise.policy.StatementPlan;
import io.lagwise.policy.StatementPlans;
import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableSet;
import org.jspecify.annotations.Nullable;

/**
 * What must prove true before anyone sees the rows of a read that was sent before its records were known.
 *
 * <p>Invariant (protocol A6): the records were asked for after the read arrived, and what they require is compared with what
 * the reader was known to have <em>before the query was sent</em>. What it has applied since may be missing in the rows.
 */
final class Proviso {
    private final StatementPlans plans;
    private final ReplicationMonitor monitor;
    private final StatementPlan plan;
    private final TableSet records;
    private final Epoch epoch;
    private final Position shown;
    private final RouteReason reason;

    /** Makes the proviso of a reader that was known to show so much in this epoch, and was chosen for the reason. */
    Proviso(Wiring wiring, StatementPlan plan, TableSet records, Epoch epoch, Position shown, RouteReason reason) {
        this.plans = wiring.plans();
        this.monitor = wiring.monitor();
        this.plan = plan;
        this.records = records;
        this.epoch = epoch;
        this.shown = shown;
        this.reason = reason;
    }

    /** Returns why the reader was chosen. */
    RouteReason reason() {
        return reason;
    }

    /** Returns why the rows must not be seen, or null; waits for the records. */
    @Nullable
    RouteReason refutation() {
        Position required = records.required();
        if (!plans.isCurrent(plan)) {
            return RouteReason.CATALOG_UNKNOWN;
        }
        if (!epoch.equals(monitor.latest().epoch())) {
            return RouteReason.WRITER_UNKNOWN;
        }
        if (required == null) {
            return records.obstacle();
        }
        return shown.covers(required) ? null : RouteReason.READERS_BEHIND;
    }
}

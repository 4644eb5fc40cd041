package io.lagwise.jdbc;

import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.RoutingHints.Route;
import io.lagwise.policy.Choice;
import io.lagwise.policy.StatementPlan;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides on which connection a statement runs, and takes it.
 *
 * <p>Invariants (protocol A10): nobody waits for a reader while holding the writer, so that pools cannot deadlock; a
 * transaction moves from a reader to the writer at most once and never back; a reader's connection is judged by the
 * latest poll each time it is used, a snapshot's once, when it begins.
 */
final class Placement {
    /** How long a read-only REPEATABLE READ transaction looks for a reader where {@code lag.wait} is not set. */
    private static final Duration SNAPSHOT_WAIT = Duration.ofMillis(20);

    /** Which nodes a session may use. */
    enum Scope {
        ALL_NODES,
        WRITER_ONLY
    }

    private final Wiring wiring;
    private final PhysicalConnections connections;
    private final ConnectionSettings settings;
    private final Leases leases;
    private final Transaction transaction;
    private final Scope scope;

    Placement(
            Wiring wiring,
            PhysicalConnections connections,
            ConnectionSettings settings,
            Leases leases,
            Transaction transaction,
            Scope scope) {
        this.wiring = wiring;
        this.connections = connections;
        this.settings = settings;
        this.leases = leases;
        this.transaction = transaction;
        this.scope = scope;
    }

    /** Returns the connection on which the statement runs, and counts the decision. */
    Lease of(StatementPlan plan, Intent intent) throws SQLException {
        RouteReason writerReason = whyWriter(plan, intent);
        if (writerReason != null) {
            return onWriter(writerReason);
        }
        if (settings.autoCommit()) {
            return read(plan);
        }
        Lease held = leases.heldReader();
        if (held != null) {
            return continueOnReader(plan, held);
        }
        return settings.isReadCommitted() ? read(plan) : readSnapshot(plan);
    }

    // ---- the writer

    /** Returns why the statement belongs on the writer whatever the readers have, or null. */
    private @Nullable RouteReason whyWriter(StatementPlan plan, Intent intent) throws SQLException {
        if (scope == Scope.WRITER_ONLY) {
            return RouteReason.WRITER_VIEW;
        }
        if (leases.isPinned()) {
            return RouteReason.SESSION_PINNED;
        }
        if (!settings.autoCommit()) {
            return whyTransactionOnWriter(plan, intent);
        }
        if (!plan.readOnly()) {
            return plan.reason();
        }
        if (intent == Intent.WRITE) {
            return RouteReason.WRITE_INTENT;
        }
        return leases.heldWriter() != null ? RouteReason.WRITER_HELD : null;
    }

    private @Nullable RouteReason whyTransactionOnWriter(StatementPlan plan, Intent intent) throws SQLException {
        boolean readOnly = settings.readOnly();
        TransactionModes modes = wiring.transactions();
        if (!readOnly && modes.readWrite() == TransactionModes.ReadWrite.WRITER) {
            return RouteReason.READ_WRITE_TRANSACTION;
        }
        if (leases.heldWriter() != null) {
            return readOnly ? RouteReason.TRANSACTION_WRITER : RouteReason.READ_WRITE_TRANSACTION;
        }
        if (readOnly && modes.readOnly() == TransactionModes.ReadOnly.WRITER) {
            return RouteReason.CONFIGURED_WRITER;
        }
        learnIsolation();
        if (settings.isolation() == Connection.TRANSACTION_SERIALIZABLE) {
            return RouteReason.ISOLATION;
        }
        return settings.isReadCommitted() ? whyStatementOnWriter(plan, intent) : whySnapshotOnWriter(plan);
    }

    private @Nullable RouteReason whyStatementOnWriter(StatementPlan plan, Intent intent) {
        if (isRefusedEverywhere(plan)) {
            return leases.heldReader() == null ? plan.reason() : null;
        }
        if (!plan.readOnly()) {
            return plan.reason();
        }
        return intent == Intent.WRITE ? RouteReason.WRITE_INTENT : null;
    }

    /** A snapshot stays where it began; it begins on a reader only if it is read-only and no other result is open. */
    private @Nullable RouteReason whySnapshotOnWriter(StatementPlan plan) {
        if (transaction.hasBegun()) {
            return null;
        }
        if (!settings.readOnly() || leases.heldReader() != null) {
            return RouteReason.ISOLATION;
        }
        return plan.readOnly() ? null : plan.reason();
    }

    /** Returns whether a read-only transaction refuses the statement on every server, so that it need not move. */
    private boolean isRefusedEverywhere(StatementPlan plan) {
        return settings.readOnly()
                && (plan.reason() == RouteReason.WRITES || plan.reason() == RouteReason.CHANGES_SCHEMA);
    }

    private void learnIsolation() throws SQLException {
        if (settings.get(Setting.ISOLATION) == null) {
            connections.writerDefaults();
        }
    }

    Lease onWriter(RouteReason reason) throws SQLException {
        return count(writer(), reason);
    }

    /** Returns the writer's connection, taking it if need be; an idle reader's connection is given back first. */
    Lease writer() throws SQLException {
        leaveReader();
        Lease held = leases.heldWriter();
        if (held != null && leases.isCurrent(held)) {
            return held;
        }
        if (held != null) {
            giveUpFormerWriter(held);
        }
        return leases.takeWriter();
    }

    /** Gives up a connection to a former writer; a transaction on it cannot go on. */
    private void giveUpFormerWriter(Lease former) throws SQLException {
        former.spoil();
        if (former.isInTransaction() || leases.isPinned()) {
            throw CommitProtocol.writerChanged(former);
        }
        leases.giveUp(former);
    }

    /** Ends a reader's part of a transaction, and gives its connection back unless results of it are open. */
    private void leaveReader() throws SQLException {
        Lease held = leases.heldReader();
        if (held != null && !held.hasOpenResult()) {
            transaction.endReading(held);
            leases.giveBack(held);
        }
    }

    /**
     * Returns the connection on which a savepoint of the current transaction is to be set.
     *
     * <p>A transaction that may still move to the writer does so now: rolling back to the savepoint must undo what comes.
     */
    Lease forSavepoint() throws SQLException {
        Lease held = leases.heldReader();
        return held != null && isSnapshot(held) ? held : writer();
    }

    /** Returns whether a transaction sees one snapshot on this connection, and therefore stays there. */
    boolean isSnapshot(Lease reader) {
        return reader.isInTransaction() && !settings.isReadCommitted();
    }

    // ---- readers

    /** Routes a read that sees no snapshot but its own. */
    private Lease read(StatementPlan plan) throws SQLException {
        RoutingHints hints = plan.hints();
        TableSet records = hints.route() == Route.AUTO ? plan.reads().asked() : null;
        Lease trusted = records == null || !settings.autoCommit() ? null : onTrust(plan, records, hints);
        return trusted == null ? read(plan, hints, records, null, null) : trusted;
    }

    /**
     * Takes a reader that has what the tables most probably require, while the records are on their way; null if none.
     *
     * <p>What they say is asked once the statement has run, by the {@link Proviso} that the lease comes with.
     */
    private @Nullable Lease onTrust(StatementPlan plan, TableSet records, RoutingHints hints) throws SQLException {
        Position likely = records.likely();
        if (likely == null || leases.heldReader() != null || !wiring.plans().isCurrent(plan)) {
            return null;
        }
        // The obstacle is not asked for: that would wait for the records.
        Choice choice = wiring.router().choose(plan, likely, RouteReason.WRITE_IN_FLIGHT, hints, 0);
        Lease taken = choice.isWriter() ? null : leases.takeReader(choice.reader());
        if (taken == null) {
            return null;
        }
        LagSnapshot seen = wiring.monitor().latest();
        Epoch epoch = seen.epoch();
        Position shown = connections.shown(taken, seen);
        if (epoch == null || shown == null || !shown.covers(likely)) {
            leases.giveUp(taken);
            return null;
        }
        if (!leases.carriesSettings(taken)) {
            return null;
        }
        taken.provide(new Proviso(wiring, plan, records, epoch, shown, choice.reason()));
        return taken;
    }

    /** Routes the first statement of a read-only transaction that sees one snapshot throughout. */
    private Lease readSnapshot(StatementPlan plan) throws SQLException {
        if (plan.hints().route() != RoutingHints.Route.AUTO) {
            return read(plan);
        }
        Duration longest = longestWait();
        Waiting waiting = new Waiting(wiring.monitor(), longest.isZero() ? SNAPSHOT_WAIT : longest);
        Position written = waiting.forWriterPosition();
        return written == null
                ? onWriter(RouteReason.WRITER_UNKNOWN)
                : read(plan, plan.hints(), null, written, waiting);
    }

    /**
     * Looks for a reader that has what is read, as long as it may wait.
     *
     * @param asked the records of the plan's tables; null where they do not matter
     * @param written what is required where they do not; null for any state
     */
    private Lease read(
            StatementPlan plan,
            RoutingHints hints,
            @Nullable TableSet asked,
            @Nullable Position written,
            @Nullable Waiting begun)
            throws SQLException {
        TableSet records = asked;
        Waiting waiting = begun;
        boolean waited = false;
        RouteReason busyReaders = null;
        long busy = 0;
        long excluded = 0;
        while (true) {
            LagSnapshot seen = wiring.monitor().latest();
            Position required = records == null ? written : records.required();
            if (!wiring.plans().isCurrent(plan)) {
                // Others have changed the schema, which came to light with the records.
                return onWriter(RouteReason.CATALOG_UNKNOWN);
            }
            Choice choice = wiring.router().choose(plan, required, obstacle(records), hints, excluded);
            if (choice.isWriter()) {
                waiting = waiting == null ? waiting() : waiting;
                if (!isWorthWaiting(choice.reason()) || !waiting.forChange(seen, required)) {
                    return onWriter(busyReaders == null ? choice.reason() : busyReaders);
                }
                waited = true;
                excluded = busy;
                if (records != null && required == null) {
                    records = records.askedAgain();
                }
                continue;
            }
            Lease held = leases.heldReader();
            if (held != null) {
                return leases.shows(held, required)
                        ? count(held, choice.reason())
                        : onWriter(RouteReason.READERS_BEHIND);
            }
            Lease taken = leases.takeReader(choice.reader());
            excluded |= 1L << choice.reader();
            if (taken == null) {
                busy |= 1L << choice.reader();
                busyReaders = RouteReason.READERS_BUSY;
            } else if (!leases.shows(taken, required)) {
                leases.giveUp(taken);
            } else if (leases.carriesSettings(taken)) {
                return count(taken, waited ? RouteReason.READER_CAUGHT_UP : choice.reason());
            }
        }
    }

    private static RouteReason obstacle(@Nullable TableSet records) {
        return records == null ? RouteReason.WRITE_IN_FLIGHT : records.obstacle();
    }

    private Waiting waiting() {
        return new Waiting(wiring.monitor(), longestWait());
    }

    private Duration longestWait() {
        Duration longest = wiring.lag().longestWait();
        return longest == null ? Duration.ZERO : longest;
    }

    private static boolean isWorthWaiting(RouteReason reason) {
        return reason == RouteReason.READERS_BEHIND || reason == RouteReason.WRITE_IN_FLIGHT;
    }

    /** Routes a later statement of a transaction that runs on a reader. */
    private Lease continueOnReader(StatementPlan plan, Lease held) throws SQLException {
        if (!settings.isReadCommitted() || isRefusedEverywhere(plan)) {
            return count(held, RouteReason.TRANSACTION_READER);
        }
        RoutingHints hints = plan.hints();
        if (hints.route() == RoutingHints.Route.WRITER) {
            return onWriter(RouteReason.HINT_WRITER);
        }
        if (hints.route() == RoutingHints.Route.LAG_IGNORE) {
            return count(held, RouteReason.TRANSACTION_READER);
        }
        Waiting waiting = waiting();
        TableSet records = plan.reads().asked();
        while (true) {
            LagSnapshot seen = wiring.monitor().latest();
            Position required = records.required();
            if (!wiring.plans().isCurrent(plan)) {
                return onWriter(RouteReason.CATALOG_UNKNOWN);
            }
            if (required != null && leases.shows(held, required)) {
                return count(held, RouteReason.TRANSACTION_READER);
            }
            if (!waiting.forChange(seen, required)) {
                return onWriter(required == null ? records.obstacle() : RouteReason.READERS_BEHIND);
            }
            if (required == null) {
                records = records.askedAgain();
            }
        }
    }

    /** Counts a decision and tells of it. */
    Lease count(Lease lease, RouteReason reason) {
        wiring.listener().routed(lease.node().count(reason));
        return lease;
    }
}

package io.lagwise.jdbc;

import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.policy.Choice;
import io.lagwise.policy.StatementPlan;
import io.lagwise.replication.Stamp;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.TableSet;
import io.lagwise.sql.SessionEffect;
import io.lagwise.sql.TransactionControl;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a logical connection holds, and where its statements run.
 *
 * <p>Invariants (protocol A10): at most one writer's and one reader's connection are held, and the second only while
 * results of the first are open; nobody waits for a reader while holding the writer, so that pools cannot deadlock; a
 * transaction moves from a reader to the writer at most once and never back.
 *
 * <p>As thread-safe as a JDBC connection: one thread at a time, {@link #abort} and {@link #close} apart.
 */
final class LogicalSession {
    /** How long a read-only REPEATABLE READ transaction looks for a reader where {@code lag.wait} is not set. */
    private static final Duration SNAPSHOT_WAIT = Duration.ofMillis(20);

    /** Which nodes a session may use. */
    enum Scope {
        ALL_NODES,
        WRITER_ONLY
    }

    /** Runs a statement on a physical connection. */
    @FunctionalInterface
    interface Work<R> {
        R on(Lease lease) throws SQLException;
    }

    private final Wiring wiring;
    private final PhysicalConnections connections;
    private final CommitProtocol commits;
    private final ConnectionSettings settings;
    private final Scope scope;

    private volatile @Nullable Lease writer;
    private volatile @Nullable Lease reader;
    private final Set<TableSet> dirty = new LinkedHashSet<>();
    private boolean dirtyCatalog;
    private boolean begun;
    private int savepoints;
    private boolean pinned;
    private @Nullable CommitToken opaque;

    LogicalSession(Wiring wiring, ConnectionSettings settings, Scope scope) {
        this.wiring = wiring;
        this.connections = new PhysicalConnections(wiring);
        this.commits = new CommitProtocol(wiring.ledger(), wiring.monitor());
        this.settings = settings;
        this.scope = scope;
    }

    ConnectionSettings settings() {
        return settings;
    }

    /** Returns whether a statement has run in the current transaction. */
    boolean hasBegun() {
        return begun;
    }

    // ---- running statements

    /** Runs a statement where it belongs; a read that fails through its reader's fault is repeated on the writer. */
    <R> R run(StatementPlan plan, Intent intent, Work<R> work) throws SQLException {
        wiring.monitor().active();
        boolean first = !begun;
        Lease lease = route(plan, intent);
        begun = !settings.autoCommit();
        if (lease == writer) {
            return runOnWriter(plan, intent, lease, work);
        }
        try {
            return work.on(lease);
        } catch (SQLException e) {
            return repeatOnWriter(plan, intent, lease, work, e, first);
        }
    }

    private <R> R repeatOnWriter(
            StatementPlan plan, Intent intent, Lease failed, Work<R> work, SQLException cause, boolean first)
            throws SQLException {
        if (SqlStates.isConnectionLost(cause)) {
            failed.spoil();
            wiring.monitor().suspect(failed.node().index());
        }
        boolean unnoticed = settings.autoCommit() || first || isReadCommitted();
        if (intent != Intent.PLAIN
                || !unnoticed
                || !SqlStates.isFaultOfReader(cause)
                || !plan.readOnly()
                || savepoints > 0
                || failed.hasOpenResult()) {
            throw cause;
        }
        if (!settings.autoCommit()) {
            failed.spoil();
        }
        reader = null;
        failed.giveBack();
        try {
            return runOnWriter(plan, intent, onWriter(RouteReason.READER_FAILED), work);
        } catch (SQLException e) {
            e.addSuppressed(cause);
            throw e;
        }
    }

    private <R> R runOnWriter(StatementPlan plan, Intent intent, Lease lease, Work<R> work) throws SQLException {
        if (plan.profile().transactionControl() != TransactionControl.NONE
                && plan.profile().transactionControl() != TransactionControl.WITHIN) {
            goOpaque(lease);
        }
        if (!settings.autoCommit()) {
            noteWrites(plan, intent);
            R result = work.on(lease);
            noteEffects(plan, lease);
            return result;
        }
        TableSet written = writtenBy(plan, intent);
        if (written == null) {
            R result = work.on(lease);
            noteEffects(plan, lease);
            return result;
        }
        return commitAround(plan, List.of(written), lease, work);
    }

    private <R> R commitAround(StatementPlan plan, List<TableSet> written, Lease lease, Work<R> work)
            throws SQLException {
        CommitToken token = commits.begin(written, lease);
        R result;
        try {
            result = work.on(lease);
        } catch (SQLException | RuntimeException | Error e) {
            forgetCatalogIf(plan.closure().changesCatalog());
            commits.failed(token, lease, e instanceof SQLException sql ? sql : new SQLException(e));
            throw e;
        }
        lease.markWritten();
        noteEffects(plan, lease);
        forgetCatalogIf(plan.closure().changesCatalog());
        commits.ended(token, lease);
        return result;
    }

    private @Nullable TableSet writtenBy(StatementPlan plan, Intent intent) {
        TableSet written = plan.writes();
        return written == null && intent == Intent.WRITE ? unknownTables() : written;
    }

    private TableSet unknownTables() {
        return wiring.ledger().writes(Set.of(TableLedger.UNKNOWN));
    }

    private void noteWrites(StatementPlan plan, Intent intent) {
        TableSet written = writtenBy(plan, intent);
        if (written != null) {
            dirty.add(written);
            dirtyCatalog |= plan.closure().changesCatalog();
        }
    }

    private void noteEffects(StatementPlan plan, Lease lease) {
        if (plan.profile().sessionEffect() == SessionEffect.SESSION) {
            pinned = true;
            lease.spoil();
        }
    }

    private void forgetCatalogIf(boolean changed) {
        if (changed) {
            wiring.catalogChanged().run();
        }
    }

    /**
     * Binds the session to the writer until it is closed, as what happens there can no longer be followed.
     *
     * <p>Until the server has ended the session, everything counts as being written.
     */
    private void goOpaque(Lease lease) throws SQLException {
        pinned = true;
        if (opaque == null) {
            Set<String> everything = Set.of(TableLedger.UNKNOWN, TableLedger.CATALOG);
            opaque = commits.begin(List.of(wiring.ledger().writes(everything)), lease);
        }
        lease.spoil();
    }

    /** Returns a connection of the writer for direct use by the application, which nobody can follow. */
    Connection opaqueWriter() throws SQLException {
        Lease lease = writerLease();
        goOpaque(lease);
        return lease.physical();
    }

    /** Binds the session to the writer until it is closed. */
    Connection pinToWriter() throws SQLException {
        Lease lease = writerLease();
        pinned = true;
        return lease.physical();
    }

    // ---- choosing a connection

    /** Returns the connection on which the statement runs, and counts the decision. */
    private Lease route(StatementPlan plan, Intent intent) throws SQLException {
        RouteReason writerReason = whyWriter(plan, intent);
        if (writerReason != null) {
            return onWriter(writerReason);
        }
        if (settings.autoCommit()) {
            return read(plan, reader);
        }
        Lease held = reader;
        if (held != null && held.stamp() != null) {
            return continueOnReader(plan, held);
        }
        return isReadCommitted() ? read(plan, null) : readSnapshot(plan);
    }

    /** Returns why the statement belongs on the writer whatever the readers have, or null. */
    private @Nullable RouteReason whyWriter(StatementPlan plan, Intent intent) throws SQLException {
        if (scope == Scope.WRITER_ONLY) {
            return RouteReason.WRITER_VIEW;
        }
        if (pinned) {
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
        return writer != null ? RouteReason.WRITER_HELD : null;
    }

    private @Nullable RouteReason whyTransactionOnWriter(StatementPlan plan, Intent intent) throws SQLException {
        boolean readOnly = settings.readOnly();
        TransactionModes modes = wiring.transactions();
        if (!readOnly && modes.readWrite() == TransactionModes.ReadWrite.WRITER) {
            return RouteReason.READ_WRITE_TRANSACTION;
        }
        if (writer != null) {
            return readOnly ? RouteReason.TRANSACTION_WRITER : RouteReason.READ_WRITE_TRANSACTION;
        }
        if (readOnly && modes.readOnly() == TransactionModes.ReadOnly.WRITER) {
            return RouteReason.CONFIGURED_WRITER;
        }
        int isolation = isolation();
        if (isolation == Connection.TRANSACTION_SERIALIZABLE) {
            return RouteReason.ISOLATION;
        }
        if (!readOnly && !isReadCommitted()) {
            return RouteReason.ISOLATION;
        }
        boolean snapshotHeld = reader != null && !isReadCommitted();
        if (snapshotHeld || isRefusedEverywhere(plan)) {
            return reader == null ? plan.reason() : null;
        }
        if (!plan.readOnly()) {
            return plan.reason();
        }
        return intent == Intent.WRITE ? RouteReason.WRITE_INTENT : null;
    }

    /** Returns whether a read-only transaction refuses the statement on every server, so that it need not move. */
    private boolean isRefusedEverywhere(StatementPlan plan) {
        return settings.readOnly()
                && (plan.reason() == RouteReason.WRITES || plan.reason() == RouteReason.CHANGES_SCHEMA);
    }

    int isolation() throws SQLException {
        Integer declared = settings.isolation();
        if (declared != null) {
            return declared;
        }
        if (!wiring.defaults().isIsolationKnown()) {
            Lease sample = connections.writer();
            wiring.defaults().learn(sample.physical());
            sample.giveBack();
        }
        return wiring.defaults().isolation();
    }

    private boolean isReadCommitted() throws SQLException {
        return isolation() <= Connection.TRANSACTION_READ_COMMITTED;
    }

    /** Routes a read; {@code held} is a reader's connection already held, which is used if it will do. */
    private Lease read(StatementPlan plan, @Nullable Lease held) throws SQLException {
        RoutingHints hints = RoutingHints.current();
        long deadline = 0;
        long excluded = 0;
        RouteReason busy = null;
        while (true) {
            LagSnapshot seen = wiring.monitor().latest();
            Position required =
                    hints.route() == RoutingHints.Route.AUTO ? plan.reads().required() : null;
            Choice choice = wiring.router().choose(plan, required, hints, excluded);
            if (choice.isWriter()) {
                if (!isWorthWaiting(choice.reason())
                        || wiring.lag().longestWait().isZero()) {
                    return onWriter(busy != null ? busy : choice.reason());
                }
                deadline = deadline == 0
                        ? System.nanoTime() + wiring.lag().longestWait().toNanos()
                        : deadline;
                if (!await(seen, required, deadline)) {
                    return onWriter(choice.reason());
                }
                excluded = 0;
                continue;
            }
            if (held != null) {
                if (required == null || shows(held, required)) {
                    return count(held, choice.reason());
                }
                return onWriter(RouteReason.READERS_BEHIND);
            }
            Lease lease = connections.reader(choice.reader(), required);
            if (lease != null) {
                RouteReason reason = deadline == 0 ? choice.reason() : RouteReason.READER_CAUGHT_UP;
                return count(hold(lease), reason);
            }
            busy = RouteReason.READERS_BUSY;
            excluded |= 1L << choice.reader();
        }
    }

    private static boolean isWorthWaiting(RouteReason reason) {
        return reason == RouteReason.READERS_BEHIND || reason == RouteReason.WRITE_IN_FLIGHT;
    }

    private boolean await(LagSnapshot seen, @Nullable Position required, long deadline) throws SQLException {
        if (required != null) {
            wiring.monitor().expect(required);
        }
        long left = deadline - System.nanoTime();
        try {
            return left > 0 && wiring.monitor().awaitChange(seen, Duration.ofNanos(left));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean shows(Lease lease, Position required) {
        Stamp stamp = lease.stamp();
        return stamp != null && connections.shows(lease.node().index(), stamp, required);
    }

    /** Routes a later statement of a transaction that runs on a reader. */
    private Lease continueOnReader(StatementPlan plan, Lease held) throws SQLException {
        if (!isReadCommitted() || isRefusedEverywhere(plan)) {
            return count(held, RouteReason.TRANSACTION_READER);
        }
        RoutingHints hints = RoutingHints.current();
        if (hints.route() == RoutingHints.Route.WRITER) {
            return onWriter(RouteReason.HINT_WRITER);
        }
        if (hints.route() == RoutingHints.Route.LAG_IGNORE) {
            return count(held, RouteReason.TRANSACTION_READER);
        }
        long deadline = System.nanoTime() + wiring.lag().longestWait().toNanos();
        while (true) {
            LagSnapshot seen = wiring.monitor().latest();
            Position required = plan.reads().required();
            if (required != null && shows(held, required)) {
                return count(held, RouteReason.TRANSACTION_READER);
            }
            if (!await(seen, required, deadline)) {
                return onWriter(required == null ? RouteReason.WRITE_IN_FLIGHT : RouteReason.READERS_BEHIND);
            }
        }
    }

    /** Routes the first statement of a read-only transaction that sees one snapshot throughout. */
    private Lease readSnapshot(StatementPlan plan) throws SQLException {
        RoutingHints hints = RoutingHints.current();
        if (hints.route() != RoutingHints.Route.AUTO) {
            return read(plan, null);
        }
        Duration wait = wiring.lag().longestWait().isZero()
                ? SNAPSHOT_WAIT
                : wiring.lag().longestWait();
        long deadline = System.nanoTime() + wait.toNanos();
        try {
            Position required = wiring.monitor().positionFromNow(wait);
            if (required == null) {
                return onWriter(RouteReason.WRITER_UNKNOWN);
            }
            while (true) {
                LagSnapshot seen = wiring.monitor().latest();
                Choice choice = wiring.router().fresh(required, RouteReason.READER_FRESH, 0);
                if (!choice.isWriter()) {
                    Lease lease = connections.reader(choice.reader(), required);
                    return lease == null ? onWriter(RouteReason.READERS_BUSY) : count(hold(lease), choice.reason());
                }
                if (!isWorthWaiting(choice.reason()) || !await(seen, required, deadline)) {
                    return onWriter(choice.reason());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return onWriter(RouteReason.WRITER_UNKNOWN);
        }
    }

    private Lease hold(Lease lease) throws SQLException {
        reader = lease;
        carrySettings(lease);
        return lease;
    }

    private Lease onWriter(RouteReason reason) throws SQLException {
        return count(writerLease(), reason);
    }

    /** Returns the writer's connection, taking it if need be; an idle reader's connection is given back first. */
    Lease writerLease() throws SQLException {
        leaveReader();
        Lease held = writer;
        if (held != null && !isCurrent(held)) {
            held = replaceFormerWriter(held);
        }
        if (held == null) {
            held = connections.writer();
            writer = held;
            carrySettings(held);
        }
        return held;
    }

    private void carrySettings(Lease lease) throws SQLException {
        try {
            settings.carryTo(lease);
        } catch (SQLException e) {
            lease.spoil();
            forget(lease);
            lease.giveBack();
            throw e;
        }
    }

    private void forget(Lease lease) {
        if (lease == writer) {
            writer = null;
        } else {
            reader = null;
        }
    }

    private boolean isCurrent(Lease lease) {
        Epoch epoch = wiring.monitor().latest().epoch();
        Stamp stamp = lease.stamp();
        return epoch == null || (stamp != null && stamp.isOf(epoch));
    }

    /** Gives up a connection to a former writer; a transaction on it cannot go on. */
    private @Nullable Lease replaceFormerWriter(Lease former) throws SQLException {
        former.spoil();
        if (begun || pinned) {
            throw CommitProtocol.writerChanged(former);
        }
        writer = null;
        former.giveBack();
        return null;
    }

    /** Ends a reader's part of a transaction, and gives its connection back unless results of it are open. */
    private void leaveReader() throws SQLException {
        Lease held = reader;
        if (held == null || held.hasOpenResult() || savepoints > 0) {
            return;
        }
        if (begun && !settings.autoCommit()) {
            held.physical().commit();
        }
        reader = null;
        held.giveBack();
    }

    private Lease count(Lease lease, RouteReason reason) {
        wiring.listener().routed(lease.node().count(reason));
        return lease;
    }

    // ---- giving connections back

    /** Gives back what nothing is left to do on; called when a result or statement was closed. */
    void releaseIdle() throws SQLException {
        if (begun) {
            return;
        }
        Lease idleReader = reader;
        if (idleReader != null && !idleReader.hasOpenResult()) {
            reader = null;
            idleReader.giveBack();
        }
        Lease idleWriter = writer;
        if (idleWriter != null && !pinned && !idleWriter.hasWritten() && !idleWriter.hasOpenResult()) {
            writer = null;
            idleWriter.giveBack();
        }
    }

    // ---- transactions

    void commit() throws SQLException {
        try {
            endReadersPart();
            Lease writing = writer;
            if (writing != null && begun) {
                commit(writing);
            }
        } finally {
            endTransaction();
        }
        releaseIdle();
    }

    /** Ends what ran on a reader; if that fails nothing is committed, as the caller is going to hear of it. */
    private void endReadersPart() throws SQLException {
        Lease reading = reader;
        if (reading == null) {
            return;
        }
        try {
            reading.physical().commit();
        } catch (SQLException e) {
            reading.spoil();
            rollback(writer);
            throw e;
        }
    }

    private void commit(Lease lease) throws SQLException {
        if (dirty.isEmpty()) {
            lease.physical().commit();
            return;
        }
        CommitToken token;
        try {
            token = commits.begin(dirty, lease);
        } catch (SQLException e) {
            lease.physical().rollback();
            throw e;
        }
        try {
            lease.physical().commit();
        } catch (SQLException | RuntimeException | Error e) {
            forgetCatalogIf(dirtyCatalog);
            commits.failed(token, lease, e instanceof SQLException sql ? sql : new SQLException(e));
            throw e;
        }
        lease.markWritten();
        forgetCatalogIf(dirtyCatalog);
        commits.ended(token, lease);
    }

    void rollback() throws SQLException {
        try {
            rollback(reader);
        } finally {
            rollbackWriter();
        }
        releaseIdle();
    }

    /** Rolls back on the writer, and ends the transaction whatever comes of it. */
    private void rollbackWriter() throws SQLException {
        try {
            rollback(writer);
        } finally {
            endTransaction();
        }
    }

    private void rollback(@Nullable Lease lease) throws SQLException {
        if (lease == null || !begun) {
            return;
        }
        try {
            lease.physical().rollback();
        } catch (SQLException e) {
            lease.spoil();
            throw e;
        }
    }

    private void endTransaction() {
        dirty.clear();
        dirtyCatalog = false;
        begun = false;
        savepoints = 0;
    }

    /**
     * Returns the connection on which a savepoint of the current transaction is to be set.
     *
     * <p>Of a transaction that may write it is the writer's, so that going back undoes what is written later.
     */
    Lease leaseForSavepoint() throws SQLException {
        Lease reading = reader;
        Lease held = settings.readOnly() && writer == null && reading != null ? reading : writerLease();
        begun = true;
        savepoints++;
        return held;
    }

    /** Goes back to a savepoint; what ran on the writer since one was set on a reader is undone as a whole. */
    void rollback(Savepoint savepoint, Lease lease) throws SQLException {
        lease.physical().rollback(savepoint);
        if (lease == reader) {
            rollback(writer);
        }
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

    /** Returns a connection for a task that is no statement: the one held, else the writer's, given back when idle. */
    Lease any() throws SQLException {
        Lease held = writer != null ? writer : reader;
        return held != null ? held : writerLease();
    }

    /** Rolls back, and gives back or evicts everything; every step is tried, the first error thrown. */
    void close() throws SQLException {
        @Nullable SQLException first = null;
        if (begun) {
            try {
                rollback();
            } catch (SQLException e) {
                first = e;
            }
        }
        try {
            letGo();
        } catch (SQLException e) {
            if (first == null) {
                throw e;
            }
            first.addSuppressed(e);
        }
        if (first != null) {
            throw first;
        }
    }

    /** Gives up everything at once, whatever another thread is doing with it. */
    void abort(Executor executor) throws SQLException {
        for (Lease lease : held()) {
            lease.spoil();
            lease.physical().abort(executor);
        }
        letGo();
    }

    private void letGo() throws SQLException {
        Lease writing = writer;
        Lease reading = reader;
        writer = null;
        reader = null;
        CommitToken unfollowed = opaque;
        opaque = null;
        try {
            if (reading != null) {
                reading.giveBack();
            }
        } finally {
            if (writing != null) {
                writing.giveBack();
                if (unfollowed != null) {
                    commits.lost(unfollowed, writing);
                }
            }
        }
    }
}

package io.lagwise.jdbc;

import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import io.lagwise.policy.StatementPlan;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.TableSet;
import io.lagwise.sql.SessionEffect;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a logical connection is asked to run: each statement where it belongs, with the ledger told of each write.
 *
 * <p>As thread-safe as a JDBC connection: one thread at a time, {@link #abort} and {@link #close} apart.
 */
final class LogicalSession {
    private final Wiring wiring;
    private final PhysicalConnections connections;
    private final CommitProtocol commits;
    private final ConnectionSettings settings;
    private final Leases leases;
    private final Transaction transaction;
    private final Placement placement;
    private final Placement.Scope scope;
    private final @Nullable CacheAccess access;
    private @Nullable CommitToken opaque;

    LogicalSession(
            Wiring wiring,
            PhysicalConnections connections,
            CommitProtocol commits,
            @Nullable CacheAccess access,
            Placement.Scope scope) {
        this.wiring = wiring;
        this.connections = connections;
        this.commits = commits;
        this.settings = new ConnectionSettings(wiring.writer().defaults());
        this.leases = new Leases(connections, settings);
        this.transaction = new Transaction(commits, leases);
        this.placement = new Placement(wiring, connections, settings, leases, transaction, scope);
        this.scope = scope;
        this.access = access;
    }

    ConnectionSettings settings() {
        return settings;
    }

    /** Returns what the writer's pool hands out, asking for it if no connection was seen yet. */
    PoolDefaults defaults() throws SQLException {
        return connections.writerDefaults();
    }

    /** Returns whether a statement has run in the current transaction. */
    boolean hasBegun() {
        return transaction.hasBegun();
    }

    // ---- running statements

    /** Runs a statement where it belongs; a read that fails through its reader's fault is repeated on the writer. */
    <R> R run(StatementPlan plan, Intent intent, Work<R> work) throws SQLException {
        wiring.monitor().active();
        releaseIdle();
        boolean first = !transaction.hasBegun();
        Lease lease = enter(placement.of(plan, intent));
        if (lease.isOfWriter()) {
            return runOnWriter(plan, intent, lease, work);
        }
        Proviso proviso = lease.due();
        return proviso == null
                ? runOnReader(plan, intent, lease, first, work)
                : runOnTrust(plan, intent, lease, proviso, work);
    }

    /**
     * Runs a read on a reader of which it is not known yet whether it has what is read.
     *
     * <p>Where it proves not to have it, rows and errors are those of an old state, and nobody has seen them.
     */
    private <R> R runOnTrust(StatementPlan plan, Intent intent, Lease lease, Proviso proviso, Work<R> work)
            throws SQLException {
        R result;
        try {
            result = work.on(lease);
        } catch (SQLException e) {
            RouteReason refutation = settle(proviso, lease);
            if (refutation == null) {
                return afterFailure(plan, intent, lease, true, work, e);
            }
            suspectIfLost(lease, e);
            return instead(plan, intent, lease, refutation, work);
        }
        RouteReason refutation = settle(proviso, lease);
        return refutation == null ? result : instead(plan, intent, lease, refutation, work);
    }

    private @Nullable RouteReason settle(Proviso proviso, Lease lease) {
        RouteReason refutation = proviso.refutation();
        if (refutation == null) {
            placement.count(lease, proviso.reason());
        }
        return refutation;
    }

    private <R> R instead(StatementPlan plan, Intent intent, Lease refuted, RouteReason refutation, Work<R> work)
            throws SQLException {
        leases.giveUp(refuted);
        return runOnWriter(plan, intent, placement.onWriter(refutation), work);
    }

    private <R> R runOnReader(StatementPlan plan, Intent intent, Lease lease, boolean first, Work<R> work)
            throws SQLException {
        try {
            return work.on(lease);
        } catch (SQLException e) {
            return afterFailure(plan, intent, lease, first, work, e);
        }
    }

    /** Repeats a read on the writer that failed by its reader's fault; else throws what it failed with. */
    private <R> R afterFailure(
            StatementPlan plan, Intent intent, Lease lease, boolean first, Work<R> work, SQLException failure)
            throws SQLException {
        suspectIfLost(lease, failure);
        if (intent != Intent.PLAIN || !plan.readOnly() || !mayRepeat(lease, failure, first)) {
            throw failure;
        }
        return repeatOnWriter(plan, lease, work, failure);
    }

    private Lease enter(Lease lease) {
        if (!settings.autoCommit()) {
            transaction.begin(lease);
        }
        return lease;
    }

    private void suspectIfLost(Lease lease, SQLException e) {
        if (SqlStates.isConnectionLost(e)) {
            lease.spoil();
            wiring.monitor().suspect(lease.node().index());
        }
    }

    /** Returns whether the application cannot notice that a read is repeated on the writer. */
    private boolean mayRepeat(Lease failed, SQLException e, boolean first) {
        boolean seesNoSnapshot = settings.autoCommit() || first || settings.isReadCommitted();
        return seesNoSnapshot && SqlStates.isFaultOfReader(e) && !failed.hasOpenResult() && !leases.isOver();
    }

    private <R> R repeatOnWriter(StatementPlan plan, Lease failed, Work<R> work, SQLException cause)
            throws SQLException {
        leases.giveUp(failed);
        Intent intent = SqlStates.isRefusedWrite(cause) ? Intent.WRITE : Intent.PLAIN;
        try {
            Lease lease = enter(placement.onWriter(RouteReason.READER_FAILED));
            return runOnWriter(plan, intent, lease, work);
        } catch (SQLException e) {
            e.addSuppressed(cause);
            throw e;
        }
    }

    private <R> R runOnWriter(StatementPlan plan, Intent intent, Lease lease, Work<R> work) throws SQLException {
        noteEffects(plan, lease);
        TableSet written = intent == Intent.WRITE && plan.writes() == null ? commits.unknownTables() : plan.writes();
        return written == null ? work.on(lease) : write(Written.by(plan, written), lease, work);
    }

    /** Does what writes: the commit around it is told to the ledger now, in a transaction when that is committed. */
    private <R> R write(Written written, Lease lease, Work<R> work) throws SQLException {
        lease.keepForSession();
        if (settings.autoCommit()) {
            return commits.around(written, lease, work);
        }
        transaction.noteWritten(written);
        return work.on(lease);
    }

    /** Does what writes through an object of the driver, such as a result: tables that are not known. */
    <R> R writeThrough(Lease lease, Work<R> work) throws SQLException {
        return write(commits.anything(), enter(lease), work);
    }

    /** Notes what the statement may do to the session, before it does so and whether or not it then fails. */
    private void noteEffects(StatementPlan plan, Lease lease) throws SQLException {
        if (!settings.autoCommit() && !plan.readOnly()) {
            transaction.markDirty();
        }
        switch (plan.profile().transactionControl()) {
            case BEGIN, COMMIT, ROLLBACK -> goOpaque(lease);
            case NONE, WITHIN -> {}
        }
        if (plan.profile().sessionEffect() == SessionEffect.SESSION) {
            leases.pin();
            lease.spoil();
        }
        if (!plan.readOnly() && !plan.profile().readOnly()) {
            lease.keepForSession();
        }
    }

    /**
     * Binds the session to the writer until it is closed, as what happens there can no longer be followed.
     *
     * <p>Until the server has ended the session, everything counts as being written.
     */
    private void goOpaque(Lease lease) throws SQLException {
        leases.pin();
        if (opaque == null) {
            opaque = commits.beginAnything(lease);
        }
        lease.spoil();
    }

    /** Returns the writer's connection for what the application does to the driver's own objects. */
    Lease opaqueWriter() throws SQLException {
        Lease lease = enter(placement.writer());
        goOpaque(lease);
        return lease;
    }

    /** Says that the application was given an object of the driver by which it can do anything. */
    void exposed(Lease lease) throws SQLException {
        if (lease.isOfWriter()) {
            goOpaque(lease);
        }
    }

    /** Binds the session to the writer until it is closed. */
    void pin() {
        leases.pin();
    }

    // ---- the cache

    /** Returns what the execution asks of the cache, or null if the cache is not to be asked. */
    @Nullable
    Question question(
            String sql,
            StatementPlan plan,
            Intent intent,
            ResultShape shape,
            @Nullable StatementSettings set,
            @Nullable Parameters parameters) {
        return access == null ? null : access.question(this, sql, plan, intent, shape, set, parameters);
    }

    /** Returns why the session cannot be answered from the cache now, or null. */
    @Nullable
    CacheReason whyUncached() {
        if (scope == Placement.Scope.WRITER_ONLY || leases.isPinned() || settings.get(Setting.TYPE_MAP) != null) {
            return CacheReason.SESSION_STATE;
        }
        if (settings.autoCommit()) {
            return null;
        }
        if (transaction.isDirty()) {
            return CacheReason.DIRTY_TRANSACTION;
        }
        return settings.isKnownReadCommitted() ? null : CacheReason.ISOLATION;
    }

    /** Returns what answers a question. */
    CachedAnswers answers() {
        return Objects.requireNonNull(access, "a question is only asked where there is a cache")
                .answers();
    }

    // ---- other uses of connections

    /** Returns the connections held now. */
    List<Lease> held() {
        return leases.held();
    }

    /** Returns a connection for a question that every server answers alike: one that is held, else the writer's. */
    Lease any() throws SQLException {
        Lease writer = leases.heldWriter();
        Lease held = writer != null ? writer : leases.heldReader();
        return touch(held != null ? held : placement.writer());
    }

    /** Returns a connection that shows the catalog as it is: the writer's, or that of the snapshot in use. */
    Lease forCatalog() throws SQLException {
        Lease held = leases.heldReader();
        return touch(held != null && placement.isSnapshot(held) ? held : placement.writer());
    }

    /** Returns the writer's connection, for something that is made there. */
    Lease writer() throws SQLException {
        return touch(placement.writer());
    }

    /** Says that the server may open a transaction for what is asked now, though it is no statement of one. */
    private Lease touch(Lease lease) {
        if (!settings.autoCommit()) {
            lease.enterTransaction();
        }
        return lease;
    }

    /** Returns the connection on which a savepoint of the current transaction is to be set. */
    Lease forSavepoint() throws SQLException {
        return enter(placement.forSavepoint());
    }

    /** Gives back what nothing is left to do on; called when a result or statement was closed. */
    void releaseIdle() throws SQLException {
        if (!transaction.hasBegun()) {
            leases.giveBackIdle();
        }
    }

    // ---- the end

    void commit() throws SQLException {
        transaction.commit();
        releaseIdle();
    }

    void rollback() throws SQLException {
        transaction.rollback();
        releaseIdle();
    }

    /** Rolls back, and gives back or evicts everything; every step is tried, the first error thrown. */
    void close() throws SQLException {
        @Nullable SQLException failure = null;
        try {
            transaction.rollback();
        } catch (SQLException e) {
            failure = e;
        }
        end(failure);
    }

    /** Breaks everything off at once, whatever another thread is doing with it. */
    void abort(Executor executor) throws SQLException {
        end(leases.abort(executor));
    }

    private void end(@Nullable SQLException earlier) throws SQLException {
        Lease writing = leases.heldWriter();
        CommitToken unfollowed = opaque;
        opaque = null;
        @Nullable SQLException failure = leases.letGo(earlier);
        if (writing != null && unfollowed != null) {
            commits.lost(unfollowed, writing);
        }
        if (failure != null) {
            throw failure;
        }
    }
}

package io.lagwise.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What was done since the current transaction began, and how it ends.
 *
 * <p>Its part on a reader only reads, so that the part on the writer alone decides the outcome.
 */
final class Transaction {
    private final CommitProtocol commits;
    private final Leases leases;
    private boolean begun;
    private @Nullable Written written;
    private boolean dirty;

    Transaction(CommitProtocol commits, Leases leases) {
        this.commits = commits;
        this.leases = leases;
    }

    /** Returns whether a statement has run in it. */
    boolean hasBegun() {
        return begun;
    }

    /** Says that a statement is about to run on this connection. */
    void begin(Lease lease) {
        begun = true;
        lease.enterTransaction();
    }

    /** Says that it has written, locked or called what is not known, so that only its own connection shows what it sees. */
    void markDirty() {
        dirty = true;
    }

    boolean isDirty() {
        return dirty;
    }

    /** Adds to what its commit will mark. */
    void noteWritten(Written more) {
        Written before = written;
        written = before == null ? more : before.and(more);
        dirty = true;
    }

    void commit() throws SQLException {
        try {
            Lease reader = leases.heldReader();
            Lease writer = leases.heldWriter();
            if (writer == null || !writer.isInTransaction()) {
                commitReading(reader);
            } else {
                endReading(reader);
                commitWriting(writer);
            }
        } finally {
            forget();
        }
    }

    private static void commitReading(@Nullable Lease lease) throws SQLException {
        if (lease != null && lease.isInTransaction()) {
            lease.physical().commit();
            lease.leaveTransaction();
        }
    }

    /** Ends a reader's part; as it only read, it does not matter how. */
    void endReading(@Nullable Lease reader) {
        try {
            commitReading(reader);
        } catch (SQLException e) {
            Leases.log.debug("The read-only part of a transaction could not be ended; its connection is given up", e);
            if (reader != null) {
                giveUp(reader);
            }
        }
    }

    private void commitWriting(Lease lease) throws SQLException {
        Written all = written;
        if (all == null) {
            commitReading(lease);
            return;
        }
        try {
            commits.around(all, lease, target -> {
                target.physical().commit();
                target.leaveTransaction();
                return target;
            });
        } catch (SQLException e) {
            rollbackIfRefused(lease, e);
            throw e;
        }
    }

    /** A commit that was not even sent, because the writer has changed, is rolled back there. */
    private static void rollbackIfRefused(Lease lease, SQLException cause) {
        if (lease.isInTransaction()) {
            try {
                lease.physical().rollback();
                lease.leaveTransaction();
            } catch (SQLException e) {
                cause.addSuppressed(e);
                giveUp(lease);
            }
        }
    }

    void rollback() throws SQLException {
        try {
            @Nullable SQLException failure = rollback(leases.heldReader(), null);
            failure = rollback(leases.heldWriter(), failure);
            if (failure != null) {
                throw failure;
            }
        } finally {
            forget();
        }
    }

    private static @Nullable SQLException rollback(@Nullable Lease lease, @Nullable SQLException earlier) {
        if (lease == null || !lease.isInTransaction()) {
            return earlier;
        }
        try {
            lease.physical().rollback();
            lease.leaveTransaction();
            return earlier;
        } catch (SQLException e) {
            giveUp(lease);
            return Leases.first(earlier, e);
        }
    }

    /** Takes a connection for lost whose transaction could not be ended; the server ends it with the session. */
    private static void giveUp(Lease lease) {
        lease.spoil();
        lease.leaveTransaction();
    }

    private void forget() {
        begun = false;
        written = null;
        dirty = false;
    }
}

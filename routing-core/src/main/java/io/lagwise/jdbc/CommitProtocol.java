package io.lagwise.jdbc;

import io.lagwise.policy.StatementPlans;
import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.replication.Stamp;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.TableLedger.EpochOverException;
import io.lagwise.spi.TableSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps around a commit (protocol A4): mark before it leaves, cover after it ended.
 *
 * <p>Between the two every table it wrote stays on the writer. The caller does not wait for the covering position.
 */
final class CommitProtocol {
    private static final Set<String> EVERYTHING = Set.of(TableLedger.UNKNOWN, TableLedger.CATALOG);

    private final TableLedger ledger;
    private final ReplicationMonitor monitor;
    private final StatementPlans plans;
    private final Runnable catalogChanged;

    CommitProtocol(Wiring wiring) {
        this.ledger = wiring.ledger();
        this.monitor = wiring.monitor();
        this.plans = wiring.plans();
        this.catalogChanged = wiring.catalogChanged();
    }

    /** Returns the tables of a write about which nothing is known. */
    TableSet unknownTables() {
        return ledger.writes(Set.of(TableLedger.UNKNOWN));
    }

    /** Returns a write about which nothing is known by any catalog. */
    Written anything() {
        return new Written(Set.of(unknownTables()), false, plans.catalogVersion());
    }

    /**
     * Does what commits, with all steps around it.
     *
     * <p>Where the catalog has changed since the tables written were found, by whomever, they may not be all: a trigger may
     * have come. Then everything counts as written.
     */
    <R> R around(Written written, Lease lease, Work<R> commit) throws SQLException {
        CommitToken token = begin(written.tables(), lease);
        CommitToken rest = null;
        R result;
        try {
            rest = isAll(written) ? null : begin(Set.of(unknownTables()), lease);
            result = commit.on(lease);
        } catch (SQLException | RuntimeException | Error e) {
            forgetCatalogIf(written.changesCatalog());
            failed(token, lease, e);
            if (rest != null) {
                failed(rest, lease, e);
            }
            throw e;
        }
        if (rest == null && !isAll(written)) {
            rest = beginLate(lease);
        }
        forgetCatalogIf(written.changesCatalog());
        ended(token, lease);
        ended(rest, lease);
        return result;
    }

    private boolean isAll(Written written) {
        return written.catalogVersion() == plans.catalogVersion();
    }

    /** Marks everything after a commit that was only then found to have written more, before its caller hears of it. */
    private @Nullable CommitToken beginLate(Lease lease) throws SQLException {
        try {
            return begin(Set.of(unknownTables()), lease);
        } catch (SQLException e) {
            lease.spoil();
            throw new SQLException(
                    "The schema changed during the commit, and others cannot be told: its outcome counts as unknown",
                    SqlStates.OUTCOME_UNKNOWN,
                    e);
        }
    }

    /** Marks everything, for as long as the lease's session may do what nobody can follow. */
    @Nullable
    CommitToken beginAnything(Lease lease) throws SQLException {
        return begin(List.of(ledger.writes(EVERYTHING)), lease);
    }

    /**
     * Marks the tables (W1); returns null where nothing is routed yet, so that no reader can answer.
     *
     * @throws SQLException if the connection does not lead to the current writer; nothing may then be committed on it
     */
    private @Nullable CommitToken begin(Collection<TableSet> written, Lease lease) throws SQLException {
        Stamp stamp = lease.stamp();
        String session = stamp == null ? null : stamp.session();
        if (stamp == null || session == null) {
            if (monitor.latest().epoch() == null) {
                return unmarked();
            }
            throw writerChanged(lease);
        }
        try {
            return ledger.begin(written, stamp.status().epoch(), session);
        } catch (EpochOverException e) {
            throw writerChanged(lease);
        }
    }

    /** Lets a commit leave without a mark where no other process could use a reader or a kept result meanwhile. */
    private @Nullable CommitToken unmarked() throws SQLException {
        if (ledger.instance() != null) {
            throw new SQLException(
                    "Nothing was committed: the writer refuses to tell its position, so that other instances could not know"
                            + " of the commit. Let the user ask for it, or set lagwise.coordination to writer",
                    SqlStates.ROLLED_BACK);
        }
        return null;
    }

    static SQLException writerChanged(Lease lease) {
        lease.spoil();
        return new SQLException(
                "The writer has changed, and this connection leads to the former one; nothing was committed."
                        + " Repeat the transaction.",
                SqlStates.ROLLED_BACK);
    }

    private void forgetCatalogIf(boolean changed) {
        if (changed) {
            catalogChanged.run();
        }
    }

    /**
     * Says that the server has answered, whichever way (W3 follows by itself).
     *
     * @throws SQLException if the writer changed meanwhile, so that the commit may be lost
     */
    private void ended(@Nullable CommitToken token, Lease lease) throws SQLException {
        Stamp stamp = lease.stamp();
        if (token == null || stamp == null) {
            return;
        }
        monitor.ended(token, stamp.status().server());
        Epoch current = monitor.latest().epoch();
        if (current != null && current.isAfter(token.epoch())) {
            lease.spoil();
            throw new SQLException(
                    "The writer changed during the commit: whether it is kept is not known", SqlStates.OUTCOME_UNKNOWN);
        }
    }

    /** Says that the server has not answered: the tables stay on the writer until its session is over. */
    void lost(@Nullable CommitToken token, Lease lease) {
        lease.spoil();
        Stamp stamp = lease.stamp();
        if (token != null && stamp != null && stamp.session() != null) {
            monitor.lost(token, stamp.status().server(), stamp.session());
        }
    }

    /** Ends a token after an error: by the server's answer where it gave one. */
    private void failed(@Nullable CommitToken token, Lease lease, Throwable e) {
        Stamp stamp = lease.stamp();
        if (token != null && stamp != null && e instanceof SQLException sql && SqlStates.isAnswer(sql)) {
            monitor.ended(token, stamp.status().server());
        } else {
            lost(token, lease);
        }
    }
}

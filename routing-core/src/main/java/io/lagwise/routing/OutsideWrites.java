package io.lagwise.routing;

import io.lagwise.catalog.Catalog;
import io.lagwise.replication.Committed;
import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.replication.Snapshot;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.TableLedger.EpochOverException;
import io.lagwise.spi.WriterLink;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes note of writes that did not go through the library.
 *
 * <p>They count as a commit that ends now: marked at once, and covered by a position polled after.
 */
final class OutsideWrites {
    private static final Logger log = LoggerFactory.getLogger(OutsideWrites.class);
    private static final long PATIENCE_SECONDS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final TableLedger ledger;
    private final Catalog catalog;
    private final ReplicationMonitor monitor;

    OutsideWrites(TableLedger ledger, Catalog catalog, ReplicationMonitor monitor) {
        this.ledger = ledger;
        this.catalog = catalog;
        this.monitor = monitor;
    }

    /** Takes note of writes to tables that the catalog may not know yet. */
    void happenedSomehow(Set<String> tables) throws SQLException {
        note(touched(tables));
    }

    private Set<String> touched(Set<String> tables) {
        try {
            return catalog.writes(tables);
        } catch (IllegalArgumentException e) {
            catalog.missed();
            return Set.of(TableLedger.UNKNOWN);
        }
    }

    /** Takes note that anything may have been written. */
    void anythingHappened() throws SQLException {
        note(Set.of(TableLedger.UNKNOWN));
    }

    /**
     * Takes note of commits that are in the log; returns once their tables are marked, so that no kept result is used.
     *
     * <p>They end when the writer shows them, which may be later: what is read from it before is not what they left.
     *
     * @param end where the last of them ends
     * @param session the server's name for the session that told of them
     */
    void streamed(Committed committed, Position end, Epoch epoch, String session) throws SQLException {
        Set<String> written = touched(committed.tables());
        if (written.isEmpty()) {
            return;
        }
        try {
            CommitToken token = ledger.begin(Set.of(ledger.writes(written)), epoch, session);
            endOnceSeen(token, committed.transactions(), end, FIRST_PAUSE);
        } catch (EpochOverException e) {
            throw new SQLTransientException("The writer has changed", e);
        }
    }

    private void endOnceSeen(CommitToken token, List<Long> transactions, Position end, Duration pause) {
        monitor.ask((probe, connection) -> Snapshot.now(connection).shows(transactions))
                .whenComplete((seen, failure) -> {
                    if (failure == null && seen) {
                        ledger.complete(token, end);
                    } else if (!(failure instanceof CancellationException) && isCurrent(token.epoch())) {
                        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                                .execute(() -> endOnceSeen(token, transactions, end, longer(pause)));
                    }
                });
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private boolean isCurrent(Epoch epoch) {
        return epoch.equals(monitor.epoch());
    }

    void happened(Set<String> tables) throws SQLException {
        note(catalog.writes(tables));
    }

    /** Takes note that others have changed the schema, so that no reader and no kept result from before is used. */
    void schemaChanged() {
        try {
            note(Set.of(TableLedger.CATALOG));
        } catch (SQLException e) {
            log.warn("The schema was changed by others, which could not be noted: {}", e.getMessage());
            log.debug("Cause", e);
        }
    }

    private void note(Set<String> written) throws SQLException {
        Epoch epoch = monitor.epoch();
        if (epoch == null || written.isEmpty()) {
            // Nothing is routed or kept before the writer was first reached.
            return;
        }
        try {
            CommitToken token = ledger.begin(Set.of(ledger.writes(written)), epoch, session());
            monitor.ended(token, epoch.server());
        } catch (EpochOverException e) {
            throw new SQLTransientException(
                    "The writer has just changed, and all that was known with it; try again", e);
        }
    }

    /** The monitor's own: should it end, so has what it stands for. */
    private String session() throws SQLException {
        return ask((probe, connection) -> probe.session(connection));
    }

    /** Returns what the writer answers; blocks for it. */
    <T> T ask(WriterLink.Query<T> query) throws SQLException {
        try {
            return monitor.ask(query).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientException("Interrupted while the writer was asked", e);
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            throw new SQLTransientException("The writer does not answer", e);
        }
    }
}

package io.lagwise.routing;

import io.lagwise.catalog.Catalog;
import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.TableLedger.EpochOverException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Set;
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
        try {
            happened(tables);
        } catch (IllegalArgumentException e) {
            note(Set.of(TableLedger.UNKNOWN));
        }
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
        try {
            return monitor.ask((probe, connection) -> probe.session(connection))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientException("Interrupted while the writer was asked", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new SQLTransientException("The writer does not answer", e);
        }
    }
}

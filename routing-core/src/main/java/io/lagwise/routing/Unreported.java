package io.lagwise.routing;

import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableRecord;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts how often a table was found written though no instance had said so, and names each table once; thread-safe.
 *
 * <p>Only told, and no rule rests on it: where what others have reported cannot be read, or nobody has read a table and keeps
 * a record of it, nothing is counted.
 */
final class Unreported {
    private static final Logger log = LoggerFactory.getLogger(Unreported.class);

    private final TableLedger ledger;
    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private final AtomicLong count = new AtomicLong();

    Unreported(TableLedger ledger) {
        this.ledger = ledger;
    }

    /** Counts those of the written tables whose records tell of no such write, by where the last one was. */
    void count(Set<String> written, Predicate<Position> such) {
        if (isReported(ledger.describe(Set.of(TableLedger.UNKNOWN)).get(0), such)) {
            return;
        }
        List<TableRecord> missed = ledger.describe(written).stream()
                .filter(record -> record.lastWrite() != null && !isReported(record, such))
                .toList();
        // Else what others reported may not have been among what was described.
        if (ledger.knowsVersions() && ledger.state().equals(TableLedger.AVAILABLE)) {
            missed.forEach(record -> found(record.table()));
        }
    }

    private static boolean isReported(TableRecord record, Predicate<Position> such) {
        Position known = record.lastWrite();
        return record.inFlight() > 0 || (known != null && such.test(known));
    }

    private void found(String table) {
        count.incrementAndGet();
        if (named.add(table)) {
            log.info(
                    "Table {} was written by somebody who does not use the library. That is noticed, a little later; it is"
                            + " counted from now on",
                    table);
        }
    }

    long count() {
        return count.get();
    }
}

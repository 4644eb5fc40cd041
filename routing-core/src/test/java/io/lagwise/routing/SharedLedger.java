package io.lagwise.routing;

import io.lagwise.ledger.LocalLedger;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableRecord;
import io.lagwise.spi.TableSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Records that several instances in one process share. */
final class SharedLedger {
    private final LocalLedger records = new LocalLedger();

    /** Returns the records as one instance has them. */
    TableLedger as(String instance) {
        return new TableLedger() {
            @Override
            public String instance() {
                return instance;
            }

            @Override
            public String place() {
                return "here";
            }

            @Override
            public TableSet reads(Set<String> tables) {
                return records.reads(tables);
            }

            @Override
            public TableSet writes(Set<String> tables) {
                return records.writes(tables);
            }

            @Override
            public CommitToken begin(Collection<TableSet> written, Epoch epoch, String session)
                    throws EpochOverException {
                return records.begin(written, epoch, session);
            }

            @Override
            public void complete(CommitToken token, Position covering) {
                records.complete(token, covering);
            }

            @Override
            public void advance(Epoch epoch, Position floor) {
                records.advance(epoch, floor);
            }

            @Override
            public List<TableRecord> describe(Collection<String> tables) {
                return records.describe(tables);
            }

            @Override
            public List<TableRecord> records() {
                return records.records();
            }
        };
    }
}

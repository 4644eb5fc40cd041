package io.lagwise.redis;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ResultStore;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableRecord;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.WriterLink;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A shared ledger that is given another way to ask the writer. */
public record Relinked(RedisLedger ledger, UnaryOperator<WriterLink> other) implements TableLedger {
    @Override
    public void attach(WriterLink writer) {
        ledger.attach(other.apply(writer));
    }

    @Override
    public String instance() {
        return ledger.instance();
    }

    @Override
    public String coordination() {
        return ledger.coordination();
    }

    @Override
    public String state() {
        return ledger.state();
    }

    @Override
    public ResultStore results() {
        return ledger.results();
    }

    @Override
    public TableSet reads(Set<String> tables) {
        return ledger.reads(tables);
    }

    @Override
    public TableSet writes(Set<String> tables) {
        return ledger.writes(tables);
    }

    @Override
    public CommitToken begin(Collection<TableSet> written, Epoch epoch, String session)
            throws EpochOverException, SQLException {
        return ledger.begin(written, epoch, session);
    }

    @Override
    public void complete(CommitToken token, Position covering) {
        ledger.complete(token, covering);
    }

    @Override
    public void advance(Epoch epoch, Position floor) {
        ledger.advance(epoch, floor);
    }

    @Override
    public List<TableRecord> describe(Collection<String> tables) {
        return ledger.describe(tables);
    }

    @Override
    public List<TableRecord> records() {
        return ledger.records();
    }
}

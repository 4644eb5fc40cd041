package io.lagwise.ledger;

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
import java.util.Map;
import java.util.Set;

/** Does as another ledger does, but for what a test changes. */
public class ForwardingLedger implements TableLedger {
    protected final TableLedger right;

    /** Makes it of the one that does as it should. */
    public ForwardingLedger(TableLedger right) {
        this.right = right;
    }

    @Override
    public TableSet reads(Set<String> tables) {
        return right.reads(tables);
    }

    @Override
    public TableSet writes(Set<String> tables) {
        return right.writes(tables);
    }

    @Override
    public CommitToken begin(Collection<TableSet> written, Epoch epoch, String session)
            throws EpochOverException, SQLException {
        return right.begin(written, epoch, session);
    }

    @Override
    public void complete(CommitToken token, Position covering) {
        right.complete(token, covering);
    }

    @Override
    public void advance(Epoch epoch, Position floor) {
        right.advance(epoch, floor);
    }

    @Override
    public void attach(WriterLink writer) {
        right.attach(writer);
    }

    @Override
    public String instance() {
        return right.instance();
    }

    @Override
    public String place() {
        return right.place();
    }

    @Override
    public String coordination() {
        return right.coordination();
    }

    @Override
    public String state() {
        return right.state();
    }

    @Override
    public Map<String, Long> hindrances() {
        return right.hindrances();
    }

    @Override
    public boolean knowsVersions() {
        return right.knowsVersions();
    }

    @Override
    public ResultStore results() {
        return right.results();
    }

    @Override
    public List<TableRecord> describe(Collection<String> tables) {
        return right.describe(tables);
    }

    @Override
    public List<TableRecord> records() {
        return right.records();
    }
}

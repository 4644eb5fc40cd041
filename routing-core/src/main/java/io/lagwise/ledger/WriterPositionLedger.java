package io.lagwise.ledger;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableRecord;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.WriterLink;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ledger where others write too and nobody tells which tables ({@code coordination: writer}, protocol A6).
 *
 * <p>Invariant: a read requires a position of the writer from a poll that began after the read arrived, so that it holds
 * every commit acknowledged to anyone before, through the library or not. What a table holds is not known by itself, so
 * results cannot be kept.
 *
 * <p>Commits are marked as in a {@link LocalLedger}, which shows what this process wrote and refuses former writers.
 */
public final class WriterPositionLedger implements TableLedger {
    private final LocalLedger own = new LocalLedger();
    private volatile @Nullable WriterLink writer;

    /** Makes a ledger, which lets no reader answer until it is attached to the writer. */
    public WriterPositionLedger() {}

    @Override
    public void attach(WriterLink link) {
        writer = link;
    }

    @Override
    public TableSet reads(Set<String> tables) {
        return new PositionedSet(own.reads(tables), () -> Objects.requireNonNull(writer, "not attached"));
    }

    @Override
    public TableSet writes(Set<String> tables) {
        return own.writes(tables);
    }

    @Override
    public CommitToken begin(Collection<TableSet> written, Epoch epoch, String session) throws EpochOverException {
        return own.begin(written, epoch, session);
    }

    @Override
    public void complete(CommitToken token, Position covering) {
        own.complete(token, covering);
    }

    @Override
    public void advance(Epoch epoch, Position floor) {
        own.advance(epoch, floor);
    }

    @Override
    public String coordination() {
        return "writer";
    }

    @Override
    public boolean knowsVersions() {
        return false;
    }

    @Override
    public List<TableRecord> describe(Collection<String> tables) {
        return own.describe(tables);
    }

    @Override
    public List<TableRecord> records() {
        return own.records();
    }
}

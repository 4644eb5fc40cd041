package io.lagwise.redis;

import io.lagwise.spi.Position;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tables with the shelves on which their records are; asked anew each time, or mirrored. */
final class RecordSet implements TableSet {
    private final RedisLedger ledger;
    private final Map<Shelf, List<String>> tables;
    private final TableSet own;
    private final @Nullable MirroredSet mirrored;
    private final Inquiries inquiries;
    private final Readings readings = new Readings();
    private volatile @Nullable Position last;
    private volatile @Nullable Position steady;

    RecordSet(RedisLedger ledger, Map<Shelf, List<String>> tables, TableSet own, @Nullable MirroredSet mirrored) {
        this.ledger = ledger;
        this.tables = tables;
        this.own = own;
        this.mirrored = mirrored;
        this.inquiries = new Inquiries(ledger.budget(), System::nanoTime);
    }

    Map<Shelf, List<String>> tables() {
        return tables;
    }

    /** Returns what this instance knows by itself. */
    TableSet own() {
        return own;
    }

    /** Returns what can be known without asking; null where everything is asked. */
    @Nullable
    MirroredSet mirrored() {
        return mirrored;
    }

    /** Returns the questions that are under way. */
    Inquiries inquiries() {
        return inquiries;
    }

    /** Returns what the records said last. */
    Readings readings() {
        return readings;
    }

    /** Hears what was found out of the tables. */
    void learn(@Nullable Position required) {
        steady = required != null && required.equals(last) ? required : null;
        last = required;
    }

    /** Returns what the tables required the last two times, as long as it was the same; else null. */
    @Override
    public @Nullable Position likely() {
        return steady;
    }

    @Override
    public TableSet asked() {
        return ledger.answer(this);
    }

    /** Returns the records as Redis has them. */
    TableSet askedOfRedis() {
        return ledger.ask(this);
    }

    @Override
    public TableSet askedAgain() {
        return asked();
    }

    @Override
    public @Nullable Position required() {
        return asked().required();
    }

    @Override
    public @Nullable TableVersions versions() {
        return asked().versions();
    }

    @Override
    public boolean isAt(TableVersions versions) {
        return asked().isAt(versions);
    }

    @Override
    public Set<String> names() {
        return own.names();
    }
}

package io.lagwise.ledger;

import io.lagwise.spi.Position;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import io.lagwise.spi.WriterLink;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tables of which a read requires whatever the writer has committed when it is asked. */
final class PositionedSet implements TableSet {
    private final TableSet own;
    private final Supplier<WriterLink> writer;

    PositionedSet(TableSet own, Supplier<WriterLink> writer) {
        this.own = own;
        this.writer = writer;
    }

    @Override
    public TableSet asked() {
        return new WriterAnswer(this, writer.get().positionFromNow());
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
        return null;
    }

    @Override
    public boolean isAt(TableVersions versions) {
        return false;
    }

    @Override
    public Set<String> names() {
        return own.names();
    }
}

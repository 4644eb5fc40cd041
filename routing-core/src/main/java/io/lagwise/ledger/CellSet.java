package io.lagwise.ledger;

import io.lagwise.spi.Position;
import io.lagwise.spi.TableSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Some cells, resolved once: a read costs one volatile read per table and no look-up. */
final class CellSet implements TableSet {
    private final Cell[] cells;

    CellSet(Collection<Cell> cells) {
        this.cells = cells.toArray(Cell[]::new);
    }

    Cell[] cells() {
        return cells;
    }

    @Override
    public @Nullable Position required() {
        Position required = Position.NONE;
        for (Cell cell : cells) {
            RecordState state = cell.state();
            if (state == null || state.inFlight() > 0) {
                return null;
            }
            required = required.merge(state.position());
        }
        return required;
    }

    @Override
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (Cell cell : cells) {
            names.add(cell.table());
        }
        return names;
    }
}

package io.lagwise.ledger;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import java.util.Arrays;
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
    public @Nullable TableVersions versions() {
        long[] versions = new long[cells.length];
        @Nullable Epoch epoch = null;
        for (int i = 0; i < cells.length; i++) {
            RecordState state = cells[i].state();
            if (state == null || state.inFlight() > 0 || (epoch != null && !isOf(epoch, state))) {
                return null;
            }
            epoch = state.era().epoch();
            versions[i] = state.version();
        }
        return epoch == null ? null : new CellVersions(epoch, cells, versions);
    }

    private static boolean isOf(Epoch epoch, RecordState state) {
        return epoch == state.era().epoch() || epoch.equals(state.era().epoch());
    }

    @Override
    public boolean isAt(TableVersions versions) {
        CellVersions ours = (CellVersions) versions;
        if (ours.cells() != cells && !Arrays.equals(ours.cells(), cells)) {
            return false;
        }
        for (int i = 0; i < cells.length; i++) {
            RecordState state = cells[i].state();
            if (state == null || state.inFlight() > 0 || state.version() != ours.of(i)) {
                return false;
            }
        }
        return true;
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

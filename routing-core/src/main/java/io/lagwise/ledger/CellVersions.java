package io.lagwise.ledger;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.TableVersions;
import java.util.Arrays;

/** The versions of some cells, in their order. */
final class CellVersions implements TableVersions {
    private final Epoch epoch;
    private final Cell[] cells;
    private final long[] versions;

    CellVersions(Epoch epoch, Cell[] cells, long[] versions) {
        this.epoch = epoch;
        this.cells = cells;
        this.versions = versions;
    }

    @Override
    public Epoch epoch() {
        return epoch;
    }

    Cell[] cells() {
        return cells;
    }

    long of(int cell) {
        return versions[cell];
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(versions);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CellVersions that
                && epoch.equals(that.epoch)
                && Arrays.equals(cells, that.cells)
                && Arrays.equals(versions, that.versions);
    }
}

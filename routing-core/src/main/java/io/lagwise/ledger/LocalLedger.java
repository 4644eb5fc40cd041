package io.lagwise.ledger;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableRecord;
import io.lagwise.spi.TableSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a process that is the only writer ({@code coordination: single}).
 *
 * <p>Invariant: between the moment before a commit leaves and the moment its covering position is known, every table that
 * it wrote has a token in flight; afterwards its record's position holds the commit. So a read that finds no token and a
 * reader that has applied the positions finds every commit acknowledged before it looked.
 *
 * <p>A record that was never made stands for a table that this process has not written since the era began, and the era's
 * floor holds every earlier write. Making a record and beginning an era exclude each other, so that no record misses an
 * era; reads take no lock.
 */
public final class LocalLedger implements TableLedger {
    private final Map<String, Cell> cells = new ConcurrentHashMap<>();
    private final ReentrantLock eras = new ReentrantLock();
    private volatile @Nullable Era era;

    /** Makes an empty ledger, which lets no reader answer until {@link #advance} was called. */
    public LocalLedger() {}

    @Override
    public TableSet reads(Set<String> tables) {
        return resolve(tables, List.of(UNKNOWN, CATALOG));
    }

    @Override
    public TableSet writes(Set<String> tables) {
        return resolve(tables, List.of(ANYTHING));
    }

    private CellSet resolve(Set<String> tables, List<String> pseudoTables) {
        Set<Cell> resolved = new LinkedHashSet<>();
        pseudoTables.forEach(table -> resolved.add(cell(table)));
        tables.forEach(table -> resolved.add(cell(table)));
        return new CellSet(resolved);
    }

    private Cell cell(String table) {
        Cell known = cells.get(table);
        if (known != null) {
            return known;
        }
        eras.lock();
        try {
            return cells.computeIfAbsent(table, name -> new Cell(name, era));
        } finally {
            eras.unlock();
        }
    }

    @Override
    public CommitToken begin(Collection<TableSet> written, Epoch epoch, String session) throws EpochOverException {
        Set<Cell> touched = new LinkedHashSet<>();
        for (TableSet set : written) {
            touched.addAll(List.of(((CellSet) set).cells()));
        }
        if (cell(CATALOG).isBeingWritten()) {
            // What is about to change may add to what this commit writes.
            touched.add(cell(UNKNOWN));
        }
        Set<Cell> marked = new LinkedHashSet<>();
        for (Cell cell : touched) {
            if (!cell.update(epoch, RecordState::begun)) {
                marked.forEach(undone -> undone.update(epoch, RecordState::cancelled));
                throw new EpochOverException();
            }
            marked.add(cell);
        }
        return new LocalToken(epoch, marked);
    }

    @Override
    public void complete(CommitToken token, Position covering) {
        LocalToken ours = (LocalToken) token;
        if (ours.end()) {
            ours.cells().forEach(cell -> cell.update(ours.epoch(), state -> state.completed(covering)));
        }
    }

    @Override
    public void advance(Epoch epoch, Position floor) {
        eras.lock();
        try {
            Era current = era;
            if (current != null && current.epoch().isAfter(epoch)) {
                return;
            }
            Era next = current != null && current.epoch().equals(epoch)
                    ? new Era(epoch, current.floor().merge(floor))
                    : new Era(epoch, floor);
            era = next;
            cells.values().forEach(cell -> cell.enter(next));
        } finally {
            eras.unlock();
        }
    }

    @Override
    public List<TableRecord> describe(Collection<String> tables) {
        return tables.stream()
                .map(table -> {
                    Cell cell = cells.get(table);
                    return cell == null ? new Cell(table, era) : cell;
                })
                .map(Cell::describe)
                .toList();
    }

    @Override
    public List<TableRecord> records() {
        return cells.values().stream().map(Cell::describe).toList();
    }
}

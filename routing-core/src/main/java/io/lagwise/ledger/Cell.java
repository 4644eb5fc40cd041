package io.lagwise.ledger;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.TableRecord;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The record of one table; its state is null until the writer was first reached. */
final class Cell {
    private final String table;
    private final AtomicReference<@Nullable RecordState> state;

    Cell(String table, @Nullable Era era) {
        this.table = table;
        this.state = new AtomicReference<>(era == null ? null : RecordState.untouched(era, 0));
    }

    String table() {
        return table;
    }

    @Nullable
    RecordState state() {
        return state.get();
    }

    boolean isBeingWritten() {
        RecordState current = state.get();
        return current != null && current.inFlight() > 0;
    }

    void enter(Era era) {
        state.updateAndGet(current -> current == null ? RecordState.untouched(era, 0) : current.in(era));
    }

    /** Changes the state if it is of this epoch; returns whether it was. */
    boolean update(Epoch epoch, UnaryOperator<RecordState> change) {
        while (true) {
            RecordState current = state.get();
            if (current == null || !current.era().epoch().equals(epoch)) {
                return false;
            }
            if (state.compareAndSet(current, change.apply(current))) {
                return true;
            }
        }
    }

    TableRecord describe() {
        RecordState current = state.get();
        return current == null
                ? new TableRecord(table, null, 0)
                : new TableRecord(table, current.position(), current.inFlight());
    }
}

package io.lagwise.ledger;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.TableLedger.CommitToken;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A commit under way in this process. */
final class LocalToken implements CommitToken {
    private final Epoch epoch;
    private final Set<Cell> cells;
    private final AtomicBoolean over = new AtomicBoolean();

    LocalToken(Epoch epoch, Set<Cell> cells) {
        this.epoch = epoch;
        this.cells = cells;
    }

    @Override
    public Epoch epoch() {
        return epoch;
    }

    Set<Cell> cells() {
        return cells;
    }

    /** Returns true to the first caller only, so that a token is removed once. */
    boolean end() {
        return over.compareAndSet(false, true);
    }
}

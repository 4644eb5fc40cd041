package io.lagwise.ledger;

import io.lagwise.spi.Position;

/**
 * The state of one table's record, replaced as a whole so that position and commits in flight are read together.
 *
 * @param era the era in which it was made
 * @param position holds the last write
 * @param inFlight commits under way
 */
record RecordState(Era era, Position position, int inFlight) {
    /** Returns the state of a table that was not written in this era. */
    static RecordState untouched(Era era) {
        return new RecordState(era, era.floor(), 0);
    }

    RecordState begun() {
        return new RecordState(era, position, inFlight + 1);
    }

    RecordState completed(Position covering) {
        return new RecordState(era, position.merge(covering), inFlight - 1);
    }

    RecordState cancelled() {
        return new RecordState(era, position, inFlight - 1);
    }

    /** Returns the state at the start of a later era: of an earlier epoch nothing is kept, of the same one all. */
    RecordState in(Era later) {
        return later.epoch().equals(era.epoch())
                ? new RecordState(later, position.merge(later.floor()), inFlight)
                : untouched(later);
    }
}

package io.lagwise.ledger;

import io.lagwise.spi.Position;

/**
 * The state of one table's record, replaced as a whole so that its parts are read together.
 *
 * @param era the era in which it was made
 * @param position holds the last write
 * @param inFlight commits under way
 * @param version never used before for this table; another after each write and in each era
 */
record RecordState(Era era, Position position, int inFlight, long version) {
    /** Returns the state of a table that was not written in this era. */
    static RecordState untouched(Era era, long version) {
        return new RecordState(era, era.floor(), 0, version);
    }

    RecordState begun() {
        return new RecordState(era, position, inFlight + 1, version);
    }

    RecordState completed(Position covering) {
        return new RecordState(era, position.merge(covering), inFlight - 1, version + 1);
    }

    RecordState cancelled() {
        return new RecordState(era, position, inFlight - 1, version);
    }

    /** Returns the state at the start of a later era: of an earlier epoch nothing is kept, of the same one all. */
    RecordState in(Era later) {
        return later.epoch().equals(era.epoch())
                ? new RecordState(later, position.merge(later.floor()), inFlight, version + 1)
                : untouched(later, version + 1);
    }
}

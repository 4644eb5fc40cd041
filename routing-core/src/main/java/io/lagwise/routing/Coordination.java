package io.lagwise.routing;

import io.lagwise.ledger.LocalLedger;
import io.lagwise.ledger.WriterPositionLedger;
import io.lagwise.spi.TableLedger;
import java.time.Duration;

/** How it is known what others write, where no ledger is shared with them. */
public enum Coordination {
    /** Nobody else writes: this process knows by itself when each table was last written. */
    SINGLE("single, that is, this process is taken to be the only one that writes", Duration.ZERO) {
        @Override
        TableLedger ledger() {
            return new LocalLedger();
        }
    },
    /** Anybody may write: each read requires what the writer has committed when the read begins. */
    WRITER("writer, that is, each read asks the writer for its position first", Duration.ofMillis(5)) {
        @Override
        TableLedger ledger() {
            return new WriterPositionLedger();
        }
    };

    private final String description;
    private final Duration usualWait;

    Coordination(String description, Duration usualWait) {
        this.description = description;
        this.usualWait = usualWait;
    }

    String description() {
        return description;
    }

    /** Returns how long reads wait for a reader where nothing is said: a position just taken is ahead of every reader. */
    Duration usualWait() {
        return usualWait;
    }

    abstract TableLedger ledger();
}

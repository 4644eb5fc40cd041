package io.lagwise.routing;

import io.lagwise.ledger.ForwardingLedger;
import io.lagwise.ledger.LocalLedger;
import io.lagwise.spi.TableLedger;

/** Records that several instances in one process share. */
final class SharedLedger {
    private final LocalLedger records = new LocalLedger();

    /** Returns the records as one instance has them. */
    TableLedger as(String instance) {
        return new ForwardingLedger(records) {
            @Override
            public String instance() {
                return instance;
            }

            @Override
            public String place() {
                return "here";
            }
        };
    }
}

package io.lagwise.redis;

import io.lagwise.ledger.ForwardingLedger;
import io.lagwise.spi.WriterLink;
import java.util.function.UnaryOperator;

/** A shared ledger that is given another way to ask the writer. */
public final class Relinked extends ForwardingLedger {
    private final UnaryOperator<WriterLink> other;

    public Relinked(RedisLedger ledger, UnaryOperator<WriterLink> other) {
        super(ledger);
        this.other = other;
    }

    @Override
    public void attach(WriterLink writer) {
        right.attach(other.apply(writer));
    }
}

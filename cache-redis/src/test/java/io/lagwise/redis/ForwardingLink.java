package io.lagwise.redis;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.WriterLink;
import java.util.concurrent.CompletableFuture;

/** Asks the writer as it should be, to be changed. */
class ForwardingLink implements WriterLink {
    final WriterLink right;

    ForwardingLink(WriterLink right) {
        this.right = right;
    }

    @Override
    public Epoch epoch() {
        return right.epoch();
    }

    @Override
    public CompletableFuture<Position> positionFromNow() {
        return right.positionFromNow();
    }

    @Override
    public long openings() {
        return right.openings();
    }

    @Override
    public <T> CompletableFuture<T> ask(Query<T> query) {
        return right.ask(query);
    }

    @Override
    public void overtaken(Epoch epoch, Position floor) {
        right.overtaken(epoch, floor);
    }

    @Override
    public void catalogChanged() {
        right.catalogChanged();
    }
}

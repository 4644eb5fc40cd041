package io.lagwise.history;

import io.lagwise.RouteDecision;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.RoutingListener;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Remembers where the caller's last statement went. */
final class Decisions implements RoutingListener {
    private final ThreadLocal<@Nullable RouteDecision> last = new ThreadLocal<>();
    private final AtomicInteger epochs = new AtomicInteger();

    @Override
    public void routed(RouteDecision decision) {
        last.set(decision);
    }

    @Override
    public void epochBegan(Epoch epoch) {
        epochs.incrementAndGet();
    }

    /** Returns the decision about this thread's last statement. */
    RouteDecision last() {
        RouteDecision decision = last.get();
        if (decision == null) {
            throw new AssertionError("No statement of this thread was routed");
        }
        return decision;
    }

    int epochs() {
        return epochs.get();
    }
}

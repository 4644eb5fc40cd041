package io.lagwise.boot;

import io.lagwise.RouteDecision;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.RoutingListener;
import java.util.List;

/** Tells several listeners, in their order. */
final class Listeners implements RoutingListener {
    private final RoutingListener[] listeners;

    private Listeners(RoutingListener[] listeners) {
        this.listeners = listeners;
    }

    static RoutingListener of(List<RoutingListener> listeners) {
        return listeners.size() == 1 ? listeners.get(0) : new Listeners(listeners.toArray(RoutingListener[]::new));
    }

    @Override
    public void routed(RouteDecision decision) {
        for (RoutingListener listener : listeners) {
            listener.routed(decision);
        }
    }

    @Override
    public void epochBegan(Epoch epoch) {
        for (RoutingListener listener : listeners) {
            listener.epochBegan(epoch);
        }
    }
}

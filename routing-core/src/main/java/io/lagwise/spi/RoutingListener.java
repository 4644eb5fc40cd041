package io.lagwise.spi;

import io.lagwise.RouteDecision;

/**
 * Hears what happens to statements.
 *
 * <p>Called on the caller's thread; must be thread-safe, fast and must not throw.
 */
public interface RoutingListener {
    /** A listener that does nothing. */
    RoutingListener NONE = new RoutingListener() {};

    /** Hears that a statement was sent to a source. */
    default void routed(RouteDecision decision) {}

    /** Hears that the writer changed. */
    default void epochBegan(Epoch epoch) {}
}

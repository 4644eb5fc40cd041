package io.lagwise.boot;

import io.lagwise.RouteDecision;
import io.lagwise.spi.RoutingListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts statements by node and reason, from the first one on.
 *
 * <p>A meter appears with its first statement. Statements that run before the registry exists are counted too.
 */
final class StatementMeters implements RoutingListener, MeterBinder {
    private final Map<RouteDecision, LongAdder> counts = new ConcurrentHashMap<>();
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

    @Override
    public void routed(RouteDecision decision) {
        LongAdder count = counts.get(decision);
        if (count == null) {
            count = begin(decision);
        }
        count.increment();
    }

    private LongAdder begin(RouteDecision decision) {
        LongAdder count = counts.computeIfAbsent(decision, first -> new LongAdder());
        registries.forEach(registry -> register(registry, decision, count));
        return count;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        counts.forEach((decision, count) -> register(registry, decision, count));
    }

    /** Registering a meter again changes nothing. */
    private static void register(MeterRegistry registry, RouteDecision decision, LongAdder count) {
        FunctionCounter.builder("lagwise.statements", count, LongAdder::sum)
                .description("Statements by where they went and why")
                .tag("target", RoutingView.lower(decision.target()))
                .tag("node", decision.node())
                .tag("reason", decision.reason().text())
                .register(registry);
    }
}

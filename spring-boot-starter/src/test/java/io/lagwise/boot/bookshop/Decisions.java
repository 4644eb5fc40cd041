package io.lagwise.boot.bookshop;

import io.lagwise.RouteDecision;
import io.lagwise.RouteDecision.Target;
import io.lagwise.RouteReason;
import io.lagwise.spi.RoutingListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;

/** Remembers where statements went, on all threads. */
@Component
public class Decisions implements RoutingListener {
    private final List<RouteDecision> all = new CopyOnWriteArrayList<>();

    @Override
    public void routed(RouteDecision decision) {
        all.add(decision);
    }

    public void forget() {
        all.clear();
    }

    public List<Target> targets() {
        return all.stream().map(RouteDecision::target).distinct().toList();
    }

    public List<String> nodes() {
        return all.stream().map(RouteDecision::node).distinct().toList();
    }

    public List<RouteReason> reasons() {
        return all.stream().map(RouteDecision::reason).distinct().toList();
    }
}

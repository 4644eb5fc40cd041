package io.lagwise.boot;

import io.lagwise.RouteReason;
import io.lagwise.cache.CacheStatus;
import io.lagwise.routing.RoutingStatus;
import io.lagwise.routing.RoutingStatus.ExternalWritesStatus;
import io.lagwise.routing.RoutingStatus.NodeStatus;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.ReaderLag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@code GET /actuator/lagwise} answers. */
record RoutingView(
        String mode,
        String consistency,
        String coordination,
        Writer writer,
        List<Reader> readers,
        Ledger ledger,
        @Nullable Cache cache,
        @Nullable ExternalWritesStatus externalWrites,
        Decisions decisions) {

    record Writer(
            String name,
            String state,
            @Nullable String position,
            @Nullable Long timeline,
            int inUse,
            long statements,
            @Nullable String failure) {}

    record Reader(
            String name,
            String state,
            @Nullable String position,
            long lagBytes,
            long lagMillis,
            int inUse,
            long statements,
            @Nullable String failure) {}

    record Ledger(
            String state, int tables, int inFlight, @Nullable String catalogFailure, List<String> routinesOnWriter) {}

    record Cache(
            String mode,
            long entries,
            long bytes,
            long hits,
            long sharedHits,
            long misses,
            long invalidations,
            long unreadable,
            Map<String, Long> bypasses) {}

    record Decisions(long reader, long writer, long cache, Map<String, Long> byReason) {}

    static RoutingView of(LagwiseProperties properties, RoutingStatus status) {
        return new RoutingView(
                "route",
                lower(properties.promise()),
                // "auto" may have been asked for; this is what holds.
                status.ledger().coordination(),
                writer(status),
                readers(status),
                new Ledger(
                        status.ledger().state(),
                        status.ledger().tables(),
                        status.ledger().inFlight(),
                        status.catalogFailure(),
                        status.routinesOnWriter()),
                cache(status.cache()),
                status.externalWrites(),
                decisions(status));
    }

    private static @Nullable Cache cache(@Nullable CacheStatus status) {
        if (status == null) {
            return null;
        }
        Map<String, Long> bypasses = new TreeMap<>();
        status.bypasses().forEach((reason, count) -> bypasses.put(reason.text(), count));
        return new Cache(
                lower(status.mode()),
                status.entries(),
                status.weight(),
                status.hits(),
                status.sharedHits(),
                status.misses(),
                status.invalidations(),
                status.unreadable(),
                bypasses);
    }

    private static Writer writer(RoutingStatus status) {
        LagSnapshot lag = status.lag();
        String failure = status.writerFailure();
        return new Writer(
                status.writer().name(),
                failure == null && lag.epoch() != null ? "available" : "down",
                lag.writerPosition() == null ? null : lag.writerPosition().toString(),
                lag.epoch() == null ? null : lag.epoch().timeline(),
                status.writer().inUse(),
                status.writer().statements(),
                failure);
    }

    private static List<Reader> readers(RoutingStatus status) {
        List<Reader> views = new ArrayList<>();
        for (int i = 0; i < status.readers().size(); i++) {
            views.add(reader(status.lag().readers().get(i), status.readers().get(i)));
        }
        return views;
    }

    private static Reader reader(ReaderLag lag, NodeStatus node) {
        return new Reader(
                lag.name(),
                lower(lag.state()),
                position(lag),
                lag.bytes(),
                lag.lag().toMillis(),
                node.inUse(),
                node.statements(),
                lag.failure());
    }

    static @Nullable String position(ReaderLag lag) {
        return lag.status() == null ? null : lag.status().position().toString();
    }

    private static Decisions decisions(RoutingStatus status) {
        Map<String, Long> byReason = new TreeMap<>();
        add(byReason, status.writer().decisions());
        status.readers().forEach(reader -> add(byReason, reader.decisions()));
        long onReaders =
                status.readers().stream().mapToLong(NodeStatus::statements).sum();
        CacheStatus cache = status.cache();
        if (cache != null) {
            add(byReason, cache.decisions());
        }
        long fromCache = cache == null ? 0 : cache.hits();
        return new Decisions(onReaders, status.writer().statements(), fromCache, byReason);
    }

    private static void add(Map<String, Long> sums, Map<RouteReason, Long> counts) {
        counts.forEach((reason, count) -> sums.merge(reason.text(), count, Long::sum));
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package io.lagwise.boot;

import io.lagwise.RouteDecision;
import io.lagwise.routing.Explanation;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.TableRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code /actuator/lagwise/explain} answers. */
record ExplanationView(
        String statement,
        String target,
        String node,
        String reason,
        String description,
        boolean readOnly,
        List<String> routines,
        @Nullable String remedy,
        String cacheable,
        List<Table> tables,
        List<Reader> readers) {

    record Table(String name, String because, @Nullable String lastWrite, int inFlight) {}

    record Reader(
            String name,
            String state,
            @Nullable String position,
            long lagBytes,
            long lagMillis,
            boolean hasAll,
            List<String> lacks) {}

    static ExplanationView of(Explanation explanation) {
        RouteDecision decision = explanation.decision();
        return new ExplanationView(
                explanation.statement(),
                RoutingView.lower(decision.target()),
                decision.node(),
                decision.reason().text(),
                explanation.description(),
                explanation.readOnly(),
                explanation.routines(),
                explanation.remedy(),
                explanation.cacheable().text(),
                explanation.tables().stream().map(ExplanationView::table).toList(),
                explanation.readers().stream().map(ExplanationView::reader).toList());
    }

    private static Table table(Explanation.Table table) {
        TableRecord known = table.record();
        String lastWrite = known.lastWrite() == null ? null : known.lastWrite().toString();
        return new Table(known.table(), table.because(), lastWrite, known.inFlight());
    }

    private static Reader reader(Explanation.Reader reader) {
        ReaderLag lag = reader.lag();
        return new Reader(
                lag.name(),
                RoutingView.lower(lag.state()),
                RoutingView.position(lag),
                lag.bytes(),
                lag.lag().toMillis(),
                reader.hasAll(),
                reader.lacks());
    }
}

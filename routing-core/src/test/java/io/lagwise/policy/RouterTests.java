package io.lagwise.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.catalog.Closure;
import io.lagwise.ledger.LocalLedger;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.LagMonitor;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.ReaderLag.State;
import io.lagwise.spi.RoutingPolicy;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.ServerStatus.Role;
import io.lagwise.sql.Dialect;
import io.lagwise.sql.SqlAnalyzer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouterTests {
    private static final Epoch EPOCH = new Epoch(1, 1, new ServerId("writer"));
    private static final Position REQUIRED = Position.of("lsn", 100);

    private record Load(String name, int inUse, int weight) implements ReaderLoad {}

    private final List<Load> loads =
            List.of(new Load("first", 0, 100), new Load("second", 0, 100), new Load("third", 0, 100));
    private final List<List<String>> offered = new ArrayList<>();
    private LagSnapshot snapshot;
    private final Router router = new Router(monitor(), this::recordAndTakeLast, loads);
    private final StatementPlan read = plan("SELECT 1 FROM t", RouteReason.READ_ONLY);
    private final StatementPlan write = plan("UPDATE t SET n = 1", RouteReason.WRITES);

    private int recordAndTakeLast(RoutingPolicy.Candidates candidates) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            names.add(candidates.name(i));
        }
        offered.add(names);
        return candidates.size() - 1;
    }

    private static StatementPlan plan(String sql, RouteReason reason) {
        LocalLedger ledger = new LocalLedger();
        return new StatementPlan(
                SqlAnalyzer.of(Dialect.POSTGRESQL).analyze(sql),
                Closure.of(reason, Set.of("t"), Set.of(), false),
                ledger.reads(Set.of("t")),
                null,
                0,
                RoutingHints.NONE);
    }

    private LagMonitor monitor() {
        return new LagMonitor() {
            @Override
            public LagSnapshot latest() {
                return snapshot;
            }

            @Override
            public void expect(Position position) {}

            @Override
            public void suspect(int reader) {}
        };
    }

    private static ReaderLag reader(String name, State state, long applied) {
        ServerStatus status = new ServerStatus(new ServerId(name), Role.READER, 1, 1, Position.of("lsn", applied));
        return new ReaderLag(name, state, status, 0, Duration.ZERO, 0, null);
    }

    private void readers(ReaderLag... readers) {
        snapshot = new LagSnapshot(EPOCH, REQUIRED, List.of(readers));
    }

    private Choice choose(StatementPlan plan, Position required, RoutingHints hints) {
        return router.choose(plan, required, RouteReason.WRITE_IN_FLIGHT, hints, 0);
    }

    @Test
    void onlyReadersThatHaveThePositionAreOffered() {
        readers(
                reader("first", State.AVAILABLE, 100),
                reader("second", State.AVAILABLE, 99),
                reader("third", State.AVAILABLE, 101));
        assertThat(choose(read, REQUIRED, RoutingHints.NONE)).isEqualTo(new Choice(2, RouteReason.READER_FRESH));
        assertThat(offered).containsExactly(List.of("first", "third"));
    }

    @Test
    void readersThatAreDownOrLaggingAreNotOffered() {
        readers(
                reader("first", State.DOWN, 900),
                reader("second", State.LAGGING, 900),
                reader("third", State.AVAILABLE, 99));
        assertThat(choose(read, REQUIRED, RoutingHints.NONE).reason()).isEqualTo(RouteReason.READERS_BEHIND);
        readers(reader("first", State.DOWN, 900), reader("second", State.LAGGING, 900));
        assertThat(choose(read, REQUIRED, RoutingHints.NONE).reason()).isEqualTo(RouteReason.NO_READER);
        assertThat(offered).isEmpty();
    }

    @Test
    void aCommitUnderWayKeepsTheReadOnTheWriter() {
        readers(reader("first", State.AVAILABLE, 900));
        assertThat(choose(read, null, RoutingHints.NONE).reason()).isEqualTo(RouteReason.WRITE_IN_FLIGHT);
    }

    @Test
    void nothingIsRoutedBeforeTheWriterWasReached() {
        snapshot = new LagSnapshot(null, null, List.of(reader("first", State.AVAILABLE, 900)));
        assertThat(choose(read, REQUIRED, RoutingHints.NONE).reason()).isEqualTo(RouteReason.WRITER_UNKNOWN);
    }

    @Test
    void hintsNeverSendAWriteToAReader() {
        readers(reader("first", State.AVAILABLE, 900));
        for (RoutingHints hints : List.of(RoutingHints.NONE, RoutingHints.lagIgnore(), RoutingHints.writer())) {
            assertThat(choose(write, REQUIRED, hints)).isEqualTo(Choice.writer(RouteReason.WRITES));
        }
    }

    @Test
    void lagIgnoringReadsTakeAnyLiveReader() {
        readers(
                reader("first", State.DOWN, 0),
                reader("second", State.LAGGING, 0),
                reader("third", State.AVAILABLE, 0));
        assertThat(choose(read, null, RoutingHints.lagIgnore())).isEqualTo(new Choice(2, RouteReason.LAG_IGNORED));
        assertThat(offered).containsExactly(List.of("second", "third"));
        readers(reader("first", State.DOWN, 0));
        assertThat(choose(read, null, RoutingHints.lagIgnore()).reason()).isEqualTo(RouteReason.NO_READER);
    }

    @Test
    void theWriterHintSendsReadsToTheWriter() {
        readers(reader("first", State.AVAILABLE, 900));
        assertThat(choose(read, REQUIRED, RoutingHints.writer()).reason()).isEqualTo(RouteReason.HINT_WRITER);
    }

    @Test
    void excludedReadersArePassedOver() {
        readers(reader("first", State.AVAILABLE, 900), reader("second", State.AVAILABLE, 900));
        assertThat(router.choose(read, REQUIRED, RouteReason.WRITE_IN_FLIGHT, RoutingHints.NONE, 0b10)
                        .reader())
                .isZero();
        assertThat(router.choose(read, REQUIRED, RouteReason.WRITE_IN_FLIGHT, RoutingHints.NONE, 0b11)
                        .isWriter())
                .isTrue();
    }

    @Test
    void theLeastBusyReaderForItsWeightIsChosen() {
        LeastBusy policy = new LeastBusy();
        List<Load> busy = List.of(new Load("a", 4, 100), new Load("b", 3, 100), new Load("c", 5, 200));
        assertThat(policy.choose(new SafeReaders(busy, 0b111))).isEqualTo(2);
        assertThat(policy.choose(new SafeReaders(busy, 0b011))).isEqualTo(1);
    }

    @Test
    void equallyBusyReadersShareTheReads() {
        LeastBusy policy = new LeastBusy();
        int[] chosen = new int[3];
        for (int i = 0; i < 3000; i++) {
            chosen[policy.choose(new SafeReaders(loads, 0b111))]++;
        }
        assertThat(java.util.Arrays.stream(chosen)).allMatch(count -> count > 800 && count < 1200);
    }
}

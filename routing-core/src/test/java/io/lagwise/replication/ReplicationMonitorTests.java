package io.lagwise.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.ledger.LocalLedger;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReaderLag.State;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.RoutingListener;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.ServerStatus.Role;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.TableLedger.EpochOverException;
import io.lagwise.spi.TableSet;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drives the monitor by a probe whose answers the test sets. */
class ReplicationMonitorTests {
    private static final ServerId WRITER = new ServerId("writer");
    private static final ServerId PROMOTED = new ServerId("reader");

    /** Answers by the name that the connection carries. */
    private static final class Answers implements ReplicationProbe {
        private final Map<String, ServerStatus> byNode = new ConcurrentHashMap<>();
        private final Set<String> endedSessions = ConcurrentHashMap.newKeySet();
        private final AtomicInteger writerPolls = new AtomicInteger();
        private volatile CountDownLatch held = new CountDownLatch(0);

        @Override
        public ServerStatus status(Connection connection) throws SQLException {
            String node = connection.getCatalog();
            if (node.equals("writer")) {
                writerPolls.incrementAndGet();
            }
            ServerStatus answer = byNode.get(node);
            if (answer == null) {
                throw new SQLException(node + " is down", "08006");
            }
            awaitRelease();
            return answer;
        }

        private void awaitRelease() throws SQLException {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
        }

        @Override
        public String session(Connection connection) {
            return "session";
        }

        @Override
        public boolean isOver(Connection connection, String session) {
            return endedSessions.contains(session);
        }
    }

    private final Answers answers = new Answers();
    private final LocalLedger ledger = new LocalLedger();
    private final TableSet read = ledger.reads(Set.of("t"));
    private final TableSet written = ledger.writes(Set.of("t"));
    private final ReplicationMonitor monitor = new ReplicationMonitor(
            answers,
            () -> connection("writer"),
            Map.of("reader", () -> connection("reader")),
            ledger,
            LagSettings.DEFAULTS,
            RoutingListener.NONE,
            () -> {});

    private static Connection connection(String node) {
        return (Connection) Proxy.newProxyInstance(
                ReplicationMonitorTests.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> method.getName().equals("getCatalog") ? node : null);
    }

    private static ServerStatus status(ServerId server, Role role, long timeline, long position) {
        return new ServerStatus(server, role, timeline, 1, Position.of("lsn", position));
    }

    private void writerAt(long position) {
        answers.byNode.put("writer", status(WRITER, Role.WRITER, 1, position));
    }

    private void readerAt(long position) {
        answers.byNode.put("reader", status(PROMOTED, Role.READER, 1, position));
    }

    private State readerState() {
        return monitor.latest().readers().get(0).state();
    }

    @BeforeEach
    void start() {
        writerAt(100);
        readerAt(100);
        monitor.start();
        await().until(() -> monitor.latest().epoch() != null && readerState() == State.AVAILABLE);
    }

    @AfterEach
    void close() {
        answers.held.countDown();
        monitor.close();
    }

    private CommitToken begin() throws EpochOverException {
        return ledger.begin(List.of(written), new Epoch(1, 1, WRITER), "1:1");
    }

    @Test
    void aCommitIsCoveredByAPollThatBeginsAfterItEnded() throws EpochOverException {
        CommitToken token = begin();
        writerAt(200);
        monitor.ended(token, WRITER);
        await().until(() -> read.required() != null);
        assertThat(read.required()).isEqualTo(Position.of("lsn", 200));
    }

    @Test
    void aPollThatBeganEarlierDoesNotCoverACommit() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        answers.held = release;
        int before = answers.writerPolls.get();
        await().until(() -> answers.writerPolls.get() > before);
        CommitToken token = begin();
        monitor.ended(token, WRITER);
        writerAt(300);
        release.countDown();
        await().until(() -> read.required() != null);
        assertThat(read.required())
                .as("the poll under way answers 100 and must not be used")
                .isEqualTo(Position.of("lsn", 300));
    }

    @Test
    void aCommitOfUnknownOutcomeStaysUnderWayUntilItsSessionIsOver() throws EpochOverException {
        CommitToken token = begin();
        monitor.lost(token, WRITER, "s1");
        int polls = answers.writerPolls.get();
        await().until(() -> answers.writerPolls.get() > polls + 3);
        assertThat(read.required()).isNull();
        writerAt(250);
        answers.endedSessions.add("s1");
        await().until(() -> read.required() != null);
        assertThat(read.required()).isEqualTo(Position.of("lsn", 250));
    }

    @Test
    void aReaderThatWasPromotedBeginsANewEpoch() throws EpochOverException {
        CommitToken former = begin();
        answers.byNode.put("reader", status(PROMOTED, Role.WRITER, 2, 90));
        await().until(() -> monitor.latest().epoch().timeline() == 2);
        assertThat(read.required()).isEqualTo(Position.of("lsn", 90));
        assertThat(readerState()).isEqualTo(State.DOWN);
        monitor.ended(former, WRITER);
        await().until(() -> monitor.writerFailure() != null);
        assertThat(monitor.writerFailure()).contains("not the current writer");
    }

    @Test
    void aFormerWriterIsNotBelieved() {
        answers.byNode.put("reader", status(PROMOTED, Role.WRITER, 2, 90));
        await().until(() -> monitor.latest().epoch().timeline() == 2);
        assertThat(monitor.observed(status(WRITER, Role.WRITER, 1, 500))).isFalse();
        assertThat(monitor.latest().epoch().timeline()).isEqualTo(2);
    }

    @Test
    void aReaderOfAnEarlierTimelineIsNotAvailable() {
        answers.byNode.put("writer", status(new ServerId("next"), Role.WRITER, 2, 90));
        await().until(() -> monitor.latest().epoch().timeline() == 2);
        await().untilAsserted(() -> assertThat(readerState()).isEqualTo(State.LAGGING));
        answers.byNode.put("reader", status(PROMOTED, Role.READER, 2, 90));
        await().untilAsserted(() -> assertThat(readerState()).isEqualTo(State.AVAILABLE));
    }

    @Test
    void aReaderThatDoesNotAnswerIsDownAndComesBackByItself() {
        answers.byNode.remove("reader");
        await().untilAsserted(() -> assertThat(readerState()).isEqualTo(State.DOWN));
        assertThat(monitor.latest().readers().get(0).failure()).contains("is down");
        readerAt(100);
        await().untilAsserted(() -> assertThat(readerState()).isEqualTo(State.AVAILABLE));
    }

    @Test
    void aSuspectedReaderIsOutUntilItAnswersAgain() {
        monitor.suspect(0);
        assertThat(readerState()).isEqualTo(State.DOWN);
        await().untilAsserted(() -> assertThat(readerState()).isEqualTo(State.AVAILABLE));
    }

    @Test
    void whatManyStatementsMeetAtOnceIsOneSuspicion() {
        for (int i = 0; i < 20; i++) {
            monitor.suspect(0);
        }
        await().atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(readerState()).isEqualTo(State.AVAILABLE));
    }

    @Test
    void losingTheWriterReadsItsFloorAnew() {
        answers.byNode.remove("writer");
        await().until(() -> monitor.writerFailure() != null);
        writerAt(400);
        await().until(() -> monitor.writerFailure() == null);
        assertThat(read.required()).isEqualTo(Position.of("lsn", 400));
    }

    @Test
    void aPositionAskedForIsReadAfterwards() throws InterruptedException {
        writerAt(777);
        assertThat(monitor.positionFromNow(Duration.ofSeconds(5))).isEqualTo(Position.of("lsn", 777));
        answers.byNode.remove("writer");
        assertThat(monitor.positionFromNow(Duration.ofMillis(300))).isNull();
    }

    @Test
    void lagIsTheTimeSinceTheWriterPassedTheReader() throws EpochOverException {
        writerAt(200);
        monitor.ended(begin(), WRITER);
        await().untilAsserted(() ->
                assertThat(monitor.latest().readers().get(0).lag()).isPositive());
        assertThat(monitor.latest().readers().get(0).bytes()).isEqualTo(100);
        readerAt(200);
        await().untilAsserted(() ->
                assertThat(monitor.latest().readers().get(0).lag()).isZero());
    }
}

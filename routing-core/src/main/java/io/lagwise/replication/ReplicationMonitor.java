package io.lagwise.replication;

import io.lagwise.spi.ConnectionSource;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.LagMonitor;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.RoutingListener;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.WriterLink;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the writer and its readers, and keeps the current epoch.
 *
 * <p>Each node has one thread and one connection. The writer is polled when a commit has ended or somebody asks for its
 * position, a reader while somebody waits for it to reach one; otherwise at the poll interval, which grows to a second
 * while nothing is routed.
 *
 * <p>Invariant: the epoch only moves forward, and the ledger enters it before any snapshot shows it (protocol A9), so that
 * whoever sees the epoch finds no record of an earlier one.
 */
public final class ReplicationMonitor implements LagMonitor, WriterLink, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplicationMonitor.class);
    private static final Duration IDLE_INTERVAL = Duration.ofSeconds(1);
    private static final Duration WRITER_RETRY = Duration.ofMillis(200);

    private final TableLedger ledger;
    private final LagSettings settings;
    private final RoutingListener listener;
    private final Runnable catalogChanged;
    private final WriterWatch writer;
    private final List<ReaderWatch> readers = new ArrayList<>();
    private final List<PollLoop> loops = new ArrayList<>();
    private final PollLoop writerLoop;

    private final ReentrantLock state = new ReentrantLock();
    private final Condition changed = state.newCondition();
    private final PositionHistory history = new PositionHistory();
    private volatile LagSnapshot snapshot;
    private volatile Position expected = Position.NONE;
    private volatile boolean active = true;
    private volatile Duration interval;
    private volatile @Nullable String writerFailure;

    /** Makes the monitor, which polls from {@link #start()} on; readers by name, in order. */
    public ReplicationMonitor(
            ReplicationProbe probe,
            ConnectionSource writerSource,
            Map<String, ConnectionSource> readerSources,
            TableLedger ledger,
            LagSettings settings,
            RoutingListener listener,
            Runnable catalogChanged) {
        this.ledger = ledger;
        this.catalogChanged = catalogChanged;
        this.settings = settings;
        this.listener = listener;
        this.interval = settings.pollInterval();
        this.writer = new WriterWatch(
                new NodeConnection(writerSource, probe, ledger.instance()), ledger, () -> latest().epoch());
        this.writerLoop = new PollLoop("lagwise-writer", this::pollWriter);
        loops.add(writerLoop);
        readerSources.forEach((name, source) -> {
            ReaderWatch watch = new ReaderWatch(name, new NodeConnection(source, probe, null), System::nanoTime);
            readers.add(watch);
            loops.add(new PollLoop("lagwise-" + name, () -> pollReader(watch)));
        });
        this.snapshot = new LagSnapshot(null, null, views(null, null));
        ledger.attach(this);
    }

    /** Starts to poll. */
    public void start() {
        loops.forEach(PollLoop::start);
    }

    @Override
    public LagSnapshot latest() {
        return snapshot;
    }

    // ---- what the ledger asks

    @Override
    public @Nullable Epoch epoch() {
        return snapshot.epoch();
    }

    @Override
    public CompletableFuture<Position> positionFromNow() {
        CompletableFuture<Position> future = writer.positionFromNow();
        writerLoop.wake();
        return future;
    }

    @Override
    public long openings() {
        return writer.openings();
    }

    @Override
    public <T> CompletableFuture<T> ask(Query<T> query) {
        CompletableFuture<T> future = writer.ask(query);
        writerLoop.wake();
        return future;
    }

    @Override
    public void overtaken(Epoch epoch, Position floor) {
        state.lock();
        try {
            Epoch current = snapshot.epoch();
            if (current == null || epoch.isAfter(current)) {
                begin(epoch, floor, current);
            }
        } finally {
            state.unlock();
        }
        writerLoop.wake();
    }

    @Override
    public void catalogChanged() {
        catalogChanged.run();
    }

    /** Says that statements are being routed, so that polls are kept up. */
    public void active() {
        if (!active) {
            active = true;
        }
    }

    @Override
    public void expect(Position position) {
        expected = expected.merge(position);
        wakeReaders();
    }

    @Override
    public void suspect(int reader) {
        readers.get(reader).suspect();
        publish(null);
        loops.get(reader + 1).wake();
    }

    private void wakeReaders() {
        for (int i = 1; i < loops.size(); i++) {
            loops.get(i).wake();
        }
    }

    /** Returns why the writer's last poll failed, or null. */
    public @Nullable String writerFailure() {
        return writerFailure;
    }

    /** Says that a commit has ended on this server, whichever way; a later poll will cover it. */
    public void ended(CommitToken token, ServerId server) {
        writer.ended(token, server);
        writerLoop.wake();
    }

    /** Says that the outcome of a commit is not known; its tables stay on the writer until the session is over. */
    public void lost(CommitToken token, ServerId server, String session) {
        writer.lost(token, server, session);
        writerLoop.wake();
    }

    /**
     * Hears what a server that takes writes said of itself, and begins a new epoch if it is a later one.
     *
     * @return whether the server is the writer of the epoch that is current afterwards
     */
    public boolean observed(ServerStatus status) {
        return observed(status, false);
    }

    private boolean observed(ServerStatus status, boolean reconnected) {
        if (!status.isWriter()) {
            return false;
        }
        state.lock();
        try {
            Epoch current = snapshot.epoch();
            Epoch seen = status.epoch();
            if (current == null || seen.isAfter(current)) {
                begin(seen, status.position(), current);
                return true;
            }
            if (seen.equals(current) && reconnected) {
                ledger.advance(seen, status.position());
            }
            return seen.equals(current);
        } finally {
            state.unlock();
        }
    }

    /** Begins an epoch; the lock is held. The ledger first, the snapshot that shows the epoch last. */
    private void begin(Epoch epoch, Position floor, @Nullable Epoch before) {
        ledger.advance(epoch, floor);
        history.clear();
        expected = floor;
        snapshot = new LagSnapshot(epoch, floor, views(epoch, floor));
        changed.signalAll();
        if (before == null) {
            log.info("The writer is {} on timeline {}", epoch.server(), epoch.timeline());
        } else {
            log.warn(
                    "The writer is now {} on timeline {}; it was {}",
                    epoch.server(),
                    epoch.timeline(),
                    before.server());
        }
        listener.epochBegan(epoch);
    }

    private Duration pollWriter() {
        try {
            publish(writer.poll(this::observed));
            if (writerFailure != null) {
                log.info("The writer answers");
                writerFailure = null;
            }
            return nextWriterPoll();
        } catch (SQLException e) {
            if (writerFailure == null) {
                log.warn("The writer does not answer the monitor: {}", e.getMessage());
                log.debug("Cause", e);
            }
            writerFailure = String.valueOf(e.getMessage());
            publish(null);
            return WRITER_RETRY;
        }
    }

    private Duration nextWriterPoll() {
        expectWritten();
        if (writer.hasWork()) {
            return Duration.ZERO;
        }
        if (writer.hasUnresolved()) {
            return settings.pollInterval();
        }
        interval = active ? settings.pollInterval() : longer(interval);
        active = false;
        return interval;
    }

    /** Lets readers be polled until they have what was just covered. */
    private void expectWritten() {
        Position position = snapshot.writerPosition();
        if (position != null && !expected.covers(position)) {
            expect(position);
        }
    }

    private static Duration longer(Duration interval) {
        Duration doubled = interval.multipliedBy(2);
        return doubled.compareTo(IDLE_INTERVAL) < 0 ? doubled : IDLE_INTERVAL;
    }

    private Duration pollReader(ReaderWatch reader) {
        ServerStatus answer = reader.poll();
        if (answer != null && answer.isWriter()) {
            observed(answer);
        }
        publish(null);
        if (reader.isFailing()) {
            return reader.retryDelay();
        }
        Position applied = reader.applied();
        return applied != null && applied.covers(expected) ? interval : shortDelay(reader);
    }

    /** Polls a reader that is waited for the less often the longer it has stood still. */
    private Duration shortDelay(ReaderWatch reader) {
        Duration delay = reader.withoutProgress().dividedBy(4);
        return delay.compareTo(settings.pollInterval()) < 0 ? delay : settings.pollInterval();
    }

    private void publish(@Nullable ServerStatus written) {
        state.lock();
        try {
            Epoch epoch = snapshot.epoch();
            Position position = snapshot.writerPosition();
            if (written != null && position != null && written.epoch().equals(epoch)) {
                position = position.merge(written.position());
                history.add(System.nanoTime(), position);
            }
            snapshot = new LagSnapshot(epoch, position, views(epoch, position));
            forgetApplied();
            changed.signalAll();
        } finally {
            state.unlock();
        }
    }

    private void forgetApplied() {
        List<Position> applied = new ArrayList<>();
        for (ReaderWatch reader : readers) {
            Position position = reader.applied();
            if (position != null) {
                applied.add(position);
            }
        }
        history.forget(applied);
    }

    private List<ReaderLag> views(@Nullable Epoch epoch, @Nullable Position position) {
        return readers.stream()
                .map(reader -> reader.view(epoch, position, history, settings.quarantineAfter()))
                .toList();
    }

    /** Waits until the snapshot is another than the one seen; returns false if the time ran out first. */
    public boolean awaitChange(LagSnapshot seen, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        state.lockInterruptibly();
        try {
            while (snapshot == seen) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            state.unlock();
        }
    }

    /**
     * Returns a position of the writer read by a poll that begins after this call; concurrent callers share one.
     *
     * @return null if the writer did not answer in time
     */
    public @Nullable Position positionFromNow(Duration timeout) throws InterruptedException {
        try {
            return positionFromNow().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            log.debug("No position of the writer", e);
            return null;
        }
    }

    /** Stops polling and closes the monitor's connections; waits for its threads for a few seconds. */
    @Override
    public void close() {
        loops.forEach(PollLoop::close);
        try {
            for (PollLoop loop : loops) {
                loop.join(Duration.ofMillis(2L * NodeConnection.ANSWER_TIMEOUT_MILLIS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
        readers.forEach(ReaderWatch::close);
    }
}

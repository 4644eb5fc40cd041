package io.lagwise.replication;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.ReaderLag.State;
import io.lagwise.spi.ServerStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls one reader and judges whether reads may go there. */
final class ReaderWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReaderWatch.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);
    private static final int NOT_YET_POLLED = -1;

    /** What a poll brought and when it began: one value, as the one means nothing beside another's other. */
    private record Answer(ServerStatus status, long polledAt) {}

    private final String name;
    private final NodeConnection connection;
    private final LongSupplier nanoTime;

    private volatile @Nullable Answer answer;
    private volatile @Nullable String failure = "not polled yet";
    private volatile long suspectedAt;
    private final AtomicInteger suspicions = new AtomicInteger();
    private int failedPolls = NOT_YET_POLLED;
    private long lastProgressAt;

    ReaderWatch(String name, NodeConnection connection, LongSupplier nanoTime) {
        this.name = name;
        this.connection = connection;
        this.nanoTime = nanoTime;
    }

    /** Polls once; returns the answer, or null if there was none. */
    @Nullable
    ServerStatus poll() {
        long began = nanoTime.getAsLong();
        try {
            ServerStatus status = connection.status();
            accept(new Answer(status, began));
            return status;
        } catch (SQLException e) {
            reject(String.valueOf(e.getMessage()), e);
            return null;
        }
    }

    private void accept(Answer next) {
        Answer before = answer;
        long began = next.polledAt();
        if (before == null || !before.status().position().covers(next.status().position())) {
            lastProgressAt = began;
        }
        answer = next;
        if (next.status().isWriter()) {
            failure = "it takes writes: it is not a reader (any more)";
            return;
        }
        forgetOldSuspicions(began);
        if (suspicions.get() == 0
                || began - suspectedAt >= backOff(suspicions.get()).toNanos()) {
            trust();
        }
    }

    private void trust() {
        if (failure != null) {
            log.info("Reader {} answers", name);
        }
        failure = null;
        failedPolls = 0;
    }

    private void forgetOldSuspicions(long now) {
        if (suspicions.get() > 0 && now - suspectedAt > 2 * LONGEST_BACK_OFF.toNanos()) {
            suspicions.set(0);
        }
    }

    private void reject(String reason, SQLException cause) {
        if (failedPolls <= 0) {
            log.warn("Reader {} does not answer: {}; reads go elsewhere until it does", name, reason);
            log.debug("Cause", cause);
        }
        failedPolls = Math.max(1, failedPolls + 1);
        failure = reason;
    }

    /**
     * Takes the reader out until a poll succeeds after a pause that grows with each suspicion.
     *
     * <p>What many statements meet at once is one suspicion.
     */
    void suspect() {
        suspectedAt = nanoTime.getAsLong();
        if (failure == null) {
            suspicions.incrementAndGet();
        }
        failure = "a statement failed there";
    }

    boolean isFailing() {
        return failure != null;
    }

    /** Returns how long to wait after a failed poll. */
    Duration retryDelay() {
        return backOff(Math.max(1, Math.max(failedPolls, suspicions.get())));
    }

    private static Duration backOff(int failures) {
        Duration delay = FIRST_BACK_OFF.multipliedBy(1L << Math.min(failures - 1, 10));
        return delay.compareTo(LONGEST_BACK_OFF) < 0 ? delay : LONGEST_BACK_OFF;
    }

    @Nullable
    Position applied() {
        Answer known = answer;
        return known == null ? null : known.status().position();
    }

    /** Returns for how long the reader's position has stood still. */
    Duration withoutProgress() {
        return Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - lastProgressAt));
    }

    ReaderLag view(
            @Nullable Epoch epoch, @Nullable Position writer, PositionHistory history, Duration quarantineAfter) {
        Answer known = answer;
        String reason = failure;
        if (known == null) {
            return new ReaderLag(name, State.DOWN, null, 0, Duration.ZERO, 0, reason);
        }
        ServerStatus status = known.status();
        if (reason != null) {
            return new ReaderLag(name, State.DOWN, status, known.polledAt(), Duration.ZERO, 0, reason);
        }
        Duration lag = history.lagOf(status.position(), nanoTime.getAsLong());
        long bytes = writer == null ? 0 : status.position().distanceTo(writer);
        boolean follows = epoch != null && status.timeline() == epoch.timeline();
        State state = follows && lag.compareTo(quarantineAfter) <= 0 ? State.AVAILABLE : State.LAGGING;
        return new ReaderLag(name, state, status, known.polledAt(), lag, bytes, null);
    }

    @Override
    public void close() {
        connection.close();
    }
}

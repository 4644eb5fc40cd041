package io.lagwise.routing;

import io.lagwise.replication.ChangeStream;
import io.lagwise.replication.Committed;
import io.lagwise.replication.PollLoop;
import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.replication.Snapshot;
import io.lagwise.replication.StreamCheck;
import io.lagwise.routing.RoutingStatus.ExternalWritesStatus;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.TableLedger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the writes of everybody as PostgreSQL decodes them from its log, and takes note of each (protocol A13).
 *
 * <p><b>One consumer.</b> The slot is a temporary one. Its name is the same for all who share records, and the server has a
 * name only once: whoever makes the slot is the consumer, and when its connection ends the slot is gone and another makes
 * it. Who shares records with nobody has a name of its own.
 *
 * <p><b>No gap.</b> A new slot begins where the former did not end, so that each consumer first renews everything once. That
 * happens when all transactions are over that were under way when the slot was made: some of them may be in the log before
 * the slot begins and not be visible yet, so that a result read meanwhile would be without them for ever. Nothing is asked
 * of a slot that outlives its consumer; so none is left behind, holds back log, or has to survive a promotion.
 *
 * <p><b>No stale result after a note.</b> A commit is streamed before it is visible on the writer. Its tables are marked at
 * once, as before a commit of our own, and get their new version, with the commit's end for a position, when the writer has
 * shown it. So our own commits are noted twice: that the position of a table's record covers a commit does not tell that what was
 * read under its version had seen that commit, as positions run ahead of visibility.
 *
 * <p>While nothing is streamed, the counters of the database are looked at instead.
 */
final class OutsideStream implements OutsideWatch.OtherMeans, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OutsideStream.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_CLOSING = Duration.ofSeconds(4);

    private static final String STARTING = "starting";
    private static final String STANDBY = "standby";
    private static final String STREAMING = "streaming";
    private static final String UNAVAILABLE = "unavailable: ";
    private static final String SLOT_EXISTS = "42710";
    private static final String NOT_ALLOWED = "42501";

    /** An attempt to follow, from its connection on. */
    private record Attempt(ChangeStream stream, StreamCheck allowed, Epoch epoch) {}

    private final Supplier<Login> login;
    private final ReplicationProbe probe;
    private final ReplicationMonitor monitor;
    private final TableLedger ledger;
    private final OutsideWrites writes;
    private final Unreported unreported;
    private final long mostRetained;
    private final String alone = shortened(UUID.randomUUID().toString());
    private final PollLoop loop = new PollLoop("lagwise-stream", this::follow);

    private volatile @Nullable StreamCheck seen;
    private volatile @Nullable Attempt attempt;
    private volatile boolean live;
    private volatile boolean closed;
    /** Whether the attempt was ended by the watching thread, which has said why. */
    private volatile boolean givenUp;

    /** When the next attempt may be made, and how long after it the one after that. */
    private volatile long notBefore = System.nanoTime();

    private volatile Duration retry = FIRST_RETRY;
    private volatile String state = STARTING;
    /** Of the watching thread: whether the last look found the writes streamed. */
    private boolean covered;

    /** Of the watching thread: the attempt that was last seen to hold the slot, though it may not stream yet. */
    private @Nullable Attempt holding;

    OutsideStream(
            Supplier<Login> login,
            ReplicationProbe probe,
            ReplicationMonitor monitor,
            TableLedger ledger,
            OutsideWrites writes,
            Unreported unreported,
            long mostRetained) {
        this.login = login;
        this.probe = probe;
        this.monitor = monitor;
        this.ledger = ledger;
        this.writes = writes;
        this.unreported = unreported;
        this.mostRetained = mostRetained;
    }

    void start() {
        loop.start();
    }

    ExternalWritesStatus status() {
        StreamCheck check = seen;
        return new ExternalWritesStatus("stream", state, unreported.count(), check == null ? 0 : check.retained());
    }

    // ---- the watching thread, once a second

    @Override
    public Set<String> cover(Connection writer) throws SQLException {
        String owner = owner();
        if (owner == null) {
            return Set.of();
        }
        Attempt before = attempt;
        boolean wasLive = live;
        StreamCheck check = StreamCheck.of(writer, owner);
        seen = check;
        boolean streamed = before == null ? standsBy(check) : isSound(before, check, wasLive) && live;
        if (covered && !streamed) {
            // What was written before this was noticed may have been counted already.
            writes.anythingHappened();
        }
        covered = streamed;
        return streamed ? StreamCheck.published(writer) : Set.of();
    }

    /** Returns what tells our slot from others; null while it is not known with whom records are shared. */
    private @Nullable String owner() {
        if (ledger.instance() == null) {
            return alone;
        }
        String place = ledger.place();
        return place == null ? null : shortened(place);
    }

    private static String shortened(String place) {
        return UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, 16);
    }

    /** Returns whether the stream tells all there is to tell; else it is ended. */
    private boolean isSound(Attempt running, StreamCheck check, boolean wasLive) {
        boolean holds = check.holder() == running.stream().process();
        if (holds) {
            holding = running;
        }
        String reason = null;
        if (!check.slot().equals(running.stream().slot())) {
            reason = "records are shared elsewhere now";
        } else if (check.obstacle() != null) {
            reason = check.obstacle();
        } else if (!Objects.equals(check.publication(), running.allowed().publication())) {
            reason = "the publication was changed";
        } else if (!running.epoch().equals(monitor.epoch())) {
            reason = "the writer has changed";
        } else if (check.retained() > mostRetained) {
            reason = "the slot holds back " + check.retained() + " bytes of the log, more than " + mostRetained;
        } else if (holds ? wasLive && !check.streaming() : wasLive || running == holding) {
            reason = "the slot is gone";
        }
        if (reason != null) {
            say(reason);
            givenUp = true;
            running.stream().close();
        } else if (wasLive) {
            state = STREAMING;
        }
        return reason == null;
    }

    /** Returns whether another instance streams for all; lets a stream be begun where none does. */
    private boolean standsBy(StreamCheck check) {
        String obstacle = check.obstacle();
        if (obstacle != null) {
            say(obstacle);
        } else if (check.holder() != 0) {
            state = check.streaming() ? STANDBY : STARTING;
        } else {
            if (!state.startsWith(UNAVAILABLE)) {
                state = STARTING;
            }
            if (System.nanoTime() - notBefore >= 0) {
                loop.wake();
            }
        }
        return obstacle == null && check.streaming();
    }

    private void say(String reason) {
        String now = UNAVAILABLE + reason;
        if (!state.equals(now)) {
            state = now;
            log.warn(
                    "Writes that do not go through the library are not streamed, and are noticed by the counters of the"
                            + " database instead: {}",
                    reason);
        }
    }

    // ---- the streaming thread

    private Duration follow() {
        StreamCheck check = seen;
        if (closed || check == null || check.obstacle() != null || check.holder() != 0) {
            return IDLE;
        }
        givenUp = false;
        Login as = login.get();
        try (ChangeStream stream = ChangeStream.open(as.url(), as.properties(), check.slot())) {
            follow(stream, check);
        } catch (SQLException e) {
            failed(e);
        } finally {
            notBefore = System.nanoTime() + retry.toNanos();
            retry = retry.compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
            live = false;
            attempt = null;
            seen = null;
        }
        return IDLE;
    }

    private void follow(ChangeStream stream, StreamCheck allowed) throws SQLException {
        ServerStatus server = stream.status(probe);
        if (!monitor.observed(server)) {
            throw new SQLTransientException("the writer's URL leads to a server that is not the current writer");
        }
        String session = stream.session(probe);
        attempt = new Attempt(stream, allowed, server.epoch());
        stream.createSlot();
        awaitAllBegun();
        writes.anythingHappened();
        stream.start();
        live = true;
        retry = FIRST_RETRY;
        state = STREAMING;
        log.info("Writes of everybody are streamed by slot {}", stream.slot());
        String origin = server.position().counters().keySet().iterator().next();
        while (!closed) {
            Committed committed = stream.next();
            if (committed != null) {
                Position end = Position.of(origin, committed.end());
                // A write through the library is marked before it is committed.
                unreported.count(committed.tables(), known -> known.covers(end));
                writes.streamed(committed, end, server.epoch(), session);
                stream.acknowledge(committed);
            }
        }
    }

    /** Waits until all transactions are over that had begun when this was called. */
    private void awaitAllBegun() throws SQLException {
        long next = writes.ask((any, connection) -> Snapshot.begin(connection));
        while (writes.ask((any, connection) -> Snapshot.now(connection)).oldest() < next) {
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLTransientException("interrupted", e);
            }
        }
    }

    private void failed(SQLException e) {
        log.debug("The stream has ended", e);
        if (closed || givenUp || SLOT_EXISTS.equals(e.getSQLState())) {
            return;
        }
        String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        say(
                NOT_ALLOWED.equals(e.getSQLState())
                        ? message + " Run ALTER ROLE … REPLICATION for the writer's user"
                        : message);
    }

    /** Ends the stream, and waits for its thread for a few seconds. */
    @Override
    public void close() {
        closed = true;
        loop.close();
        Attempt running = attempt;
        if (running != null) {
            running.stream().close();
        }
        try {
            loop.join(LONGEST_CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.debug("Interrupted while a stream was being ended", e);
        }
    }
}

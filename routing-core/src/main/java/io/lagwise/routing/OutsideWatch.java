package io.lagwise.routing;

import io.lagwise.catalog.WriteCounters;
import io.lagwise.spi.ConnectionSource;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReplicationProbe;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for writes that did not go through the library, by the database's own counters.
 *
 * <p>Whatever was counted is taken for written, whoever did it: how much of it was ours is not known. So each write through
 * the library is noted once more, a second or so later. Such notes look like reports, so that a table is told to be written
 * by others once in a while at most. Runs on one thread.
 */
final class OutsideWatch {
    private static final Logger log = LoggerFactory.getLogger(OutsideWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int ANSWER_TIMEOUT_MILLIS = 5000;

    /** Counters arrive this late at most. */
    private static final Duration LATEST = Duration.ofSeconds(12);

    /** Knows of writes by other means than counters. */
    @FunctionalInterface
    interface OtherMeans {
        /** By none. */
        OtherMeans NONE = writer -> Set.of();

        /** Returns the tables whose writes need not be looked for; called once per look. */
        Set<String> cover(Connection writer) throws SQLException;
    }

    private final ConnectionSource writer;
    private final ReplicationProbe probe;
    private final OutsideWrites writes;
    private final OtherMeans otherMeans;
    private final Unreported unreported;
    private final WriteCounters counters = new WriteCounters();
    private final WriterPast past = new WriterPast(LATEST, System::nanoTime);
    /** Found written, and not yet told. */
    private final Set<String> due = new HashSet<>();

    private @Nullable Connection connection;
    private volatile boolean answered = true;

    OutsideWatch(
            ConnectionSource writer,
            ReplicationProbe probe,
            OutsideWrites writes,
            OtherMeans otherMeans,
            Unreported unreported) {
        this.writer = writer;
        this.probe = probe;
        this.writes = writes;
        this.otherMeans = otherMeans;
        this.unreported = unreported;
    }

    /** Looks once, and returns when to do so again. */
    Duration look() {
        try {
            Connection current = connection;
            if (current == null) {
                current = writer.open();
                connection = current;
                current.setNetworkTimeout(Runnable::run, ANSWER_TIMEOUT_MILLIS);
            }
            Position before = past.at(probe.status(current));
            Set<String> covered = otherMeans.cover(current);
            due.addAll(counters.written(current, covered));
            answered = true;
            if (!due.isEmpty()) {
                if (before != null) {
                    unreported.count(due, known -> !before.covers(known));
                }
                writes.happenedSomehow(due);
                due.clear();
            }
        } catch (SQLException e) {
            log.debug("Writes from outside could not be looked for, or told; it is tried again", e);
            answered = false;
            drop();
        }
        return INTERVAL;
    }

    /** Returns whether the writer has answered when last asked; of any thread. */
    boolean isAnswered() {
        return answered;
    }

    /** Gives the connection back; once no more is looked. */
    void close() {
        drop();
    }

    private void drop() {
        Connection current = connection;
        connection = null;
        if (current != null) {
            try {
                writer.discard(current);
            } catch (SQLException e) {
                log.debug("A connection could not be closed", e);
            }
        }
    }
}

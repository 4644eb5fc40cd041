package io.lagwise.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this instance knows of a shelf's records without asking: what it once read, until a push says that it has changed.
 *
 * <p>Invariant: while it {@linkplain #isFresh() is fresh}, every script that ran on the shelf before {@code now - bound} has
 * taken away what it changed. For pushes are numbered, and a beat tells the number it found: once every push up to that one
 * was heard, all that was changed before the beat was sent is known to be. A push that is missing, out of line or of another
 * server empties the mirror, and a number not reached by the next beat does too. So a push that is lost or late costs time,
 * and the bound holds.
 *
 * <p>Commits of this instance are seen at once: what they write is taken away again after their mark was confirmed, and
 * whoever reads the record later finds the mark.
 *
 * <p>Thread-safe; no method blocks.
 */
final class Mirror {
    private static final String SEPARATOR = "\0";

    /** A record's state, until it changes; compared by identity, so that what was read before a change is not kept after. */
    record Slot(@Nullable RecordState state) {}

    /** A number that a beat found, and when it was sent. */
    private record Beat(long sequence, long sent) {}

    private final Map<String, AtomicReference<Slot>> slots = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final long bound;
    private final LongSupplier clock;
    private String server = "";
    private long heard;
    private @Nullable Beat awaited;
    private volatile boolean inStep;
    private volatile long complete;

    /** Makes an empty mirror, by a clock in nanoseconds. */
    Mirror(Duration bound, LongSupplier clock) {
        this.bound = bound.toNanos();
        this.clock = clock;
    }

    /** Returns where the state of a table's record is, or will be. */
    AtomicReference<Slot> slot(String table) {
        return slots.computeIfAbsent(table, any -> new AtomicReference<>(new Slot(null)));
    }

    /** Returns whether what it holds misses nothing that is older than the bound. */
    boolean isFresh() {
        return inStep && clock.getAsLong() - complete <= bound;
    }

    /** Takes away what a push names: server, number, tables; all where it names none. */
    void hear(String push, String prefix) {
        List<String> words = List.of(push.split(SEPARATOR, -1));
        lock.lock();
        try {
            if (!follows(words.get(0), Long.parseLong(words.get(1)))) {
                return;
            }
            if (words.size() == 2) {
                slots.values().forEach(Mirror::change);
            }
            words.subList(2, words.size()).forEach(name -> change(name.substring(prefix.length())));
            arrive();
        } catch (RuntimeException e) {
            // No push of ours.
            fallBehind();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the push is the next one; those that a beat has told of already say nothing new. */
    private boolean follows(String from, long sequence) {
        boolean known = from.equals(server);
        if (known && sequence <= heard) {
            return false;
        }
        if (!known || sequence != heard + 1) {
            fallBehind();
        }
        server = from;
        heard = sequence;
        return inStep;
    }

    private void arrive() {
        Beat beat = awaited;
        if (beat != null && heard >= beat.sequence()) {
            complete = beat.sent();
            awaited = null;
        }
    }

    /** Hears which number a beat found on a shelf that may be used. */
    void beat(String from, long sequence, long sent) {
        lock.lock();
        try {
            if (!inStep || !from.equals(server) || awaited != null) {
                fallBehind();
                heard = from.equals(server) ? Math.max(heard, sequence) : sequence;
                server = from;
                complete = sent;
                inStep = true;
                return;
            }
            awaited = new Beat(sequence, sent);
            arrive();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all, until the next beat. */
    void empty() {
        lock.lock();
        try {
            fallBehind();
        } finally {
            lock.unlock();
        }
    }

    private void fallBehind() {
        inStep = false;
        awaited = null;
        slots.values().forEach(Mirror::change);
    }

    /** Takes away what is known of tables that a commit of this instance is about to write. */
    void written(List<String> tables) {
        tables.forEach(this::change);
    }

    private void change(String table) {
        AtomicReference<Slot> slot = slots.get(table);
        if (slot != null) {
            change(slot);
        }
    }

    /** Also where nothing is known, as an answer of before may be on its way. */
    private static void change(AtomicReference<Slot> slot) {
        slot.set(new Slot(null));
    }
}

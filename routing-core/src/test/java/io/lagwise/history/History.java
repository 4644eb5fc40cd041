package io.lagwise.history;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What was acknowledged to anyone, and every read that missed some of it.
 *
 * <p>Each counter is one row whose number only grows by one with each commit, under the row's lock. So the numbers order
 * all commits to a row, and one comparison tells whether a read was fresh: it may not return less than the highest number
 * that was acknowledged <em>before the read began</em>. A commit counts as acknowledged once the call that made it has
 * returned without an error. Where it ended in an error its outcome is open, and reads may see it or not.
 *
 * <p>This one rule holds more than freshness:
 *
 * <ul>
 *   <li>Read-your-writes: one's own acknowledged commits are among those acknowledged to anyone.
 *   <li>Monotonic reads of acknowledged commits: what an earlier read returned may be missing in a later one only while
 *       its commit was not acknowledged when the later one began. That much is exempt (protocol A11): a reader can show a
 *       commit a moment before the writer does, as the log reaches it before the writer ends the transaction.
 *   <li>Monotonic reads of one server, acknowledged or not, need the place of each read: see {@link Client}.
 * </ul>
 *
 * <p>A promotion may lose commits that were acknowledged under asynchronous replication. Then {@link #lose} sets the
 * history back to what the promoted server has, after the last commit to the former writer was noted and before the first
 * one to the next. A read that was under way at that moment is judged by what is left.
 *
 * <p>With a bound, what others had acknowledged within that time before a read began may be missing in it; one's own not.
 */
class History {
    /** Tables, each with two rows. */
    static final int TABLES = 20;

    static final int ROWS = 2;
    static final int COUNTERS = TABLES * ROWS;

    private static final int MOST_VIOLATIONS_KEPT = 20;

    /**
     * What is known between two losses.
     *
     * @param acknowledged the highest acknowledged number by counter
     * @param commits how many commits were acknowledged, those before the loss that survived it included
     * @param open how many ended in an error
     * @param own with a bound: the highest number acknowledged to each instance
     * @param recent with a bound: what was acknowledged, until it is past
     */
    private record Era(
            AtomicLongArray acknowledged,
            AtomicLongArray commits,
            AtomicLongArray open,
            Map<Object, AtomicLongArray> own,
            Queue<Recent> recent) {
        static Era from(long[] numbers) {
            return new Era(
                    new AtomicLongArray(numbers),
                    new AtomicLongArray(numbers),
                    new AtomicLongArray(numbers.length),
                    new ConcurrentHashMap<>(),
                    new ConcurrentLinkedQueue<>());
        }

        AtomicLongArray own(Object instance) {
            return own.computeIfAbsent(instance, any -> new AtomicLongArray(COUNTERS));
        }

        synchronized void settle(long until) {
            for (Recent next = recent.peek(); next != null && next.at() - until < 0; next = recent.peek()) {
                acknowledged.accumulateAndGet(next.counter(), next.number(), Math::max);
                recent.remove();
            }
        }
    }

    /** What was acknowledged at a time. */
    private record Recent(long at, int counter, long number) {}

    /** What was acknowledged when a read began. */
    static final class Before {
        private final long at = System.nanoTime();
        private final Era era;
        private final long[] acknowledged = new long[COUNTERS];

        private Before(Era era, AtomicLongArray own) {
            this.era = era;
            for (int i = 0; i < COUNTERS; i++) {
                acknowledged[i] = Math.max(era.acknowledged().get(i), own.get(i));
            }
        }

        /** Returns when that was, by {@link System#nanoTime()}. */
        long at() {
            return at;
        }

        long of(int counter) {
            return acknowledged[counter];
        }
    }

    private final Duration bound;
    private volatile Era era = Era.from(new long[COUNTERS]);
    private volatile long[] floor = new long[COUNTERS];
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder violated = new LongAdder();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    History() {
        this(Duration.ZERO);
    }

    History(Duration bound) {
        this.bound = bound;
    }

    /** Returns what is acknowledged now. */
    Before before() {
        return before(this);
    }

    /** Returns what reads of an instance must show that begin now. */
    Before before(Object instance) {
        Era now = era;
        if (!bound.isZero()) {
            now.settle(System.nanoTime() - bound.toNanos());
        }
        return new Before(now, now.own(instance));
    }

    /** Notes that the commit which gave the counter this number was acknowledged to an instance. */
    void acknowledge(Object instance, int counter, long number) {
        Era now = era;
        if (bound.isZero()) {
            now.acknowledged().accumulateAndGet(counter, number, Math::max);
        } else {
            now.own(instance).accumulateAndGet(counter, number, Math::max);
            now.recent().add(new Recent(System.nanoTime(), counter, number));
        }
        now.commits().incrementAndGet(counter);
        writes.increment();
    }

    /** Returns whether results from the cache go back no more than those of a server. */
    boolean isStrict() {
        return bound.isZero();
    }

    /** Notes that a commit to the counter ended in an error. */
    void leaveOpen(int counter) {
        era.open().incrementAndGet(counter);
    }

    /** Goes back to these numbers; nobody may be writing. */
    void lose(long[] numbers) {
        floor = numbers;
        era = Era.from(numbers);
    }

    /** Notes a read. */
    void read(int counter, long number, Before before, String how) {
        reads.increment();
        long least = before.of(counter);
        if (before.era != era) {
            least = Math.min(least, floor[counter]);
        }
        if (number < least) {
            violate("%s read %d in %s, where %d was acknowledged before".formatted(how, number, name(counter), least));
        }
    }

    void violate(String violation) {
        violated.increment();
        if (violations.size() < MOST_VIOLATIONS_KEPT) {
            violations.add(violation);
        }
    }

    /** Compares what is there in the end with what was acknowledged: nothing lost, nothing twice, nothing unasked. */
    void end(long[] there) {
        for (int i = 0; i < COUNTERS; i++) {
            long commits = era.commits().get(i);
            long last = era.acknowledged().get(i);
            long open = era.open().get(i);
            if (there[i] < Math.max(commits, last) || there[i] > commits + open) {
                violate("%s ended at %d after %d acknowledged commits, the last of them %d, and %d of unknown outcome"
                        .formatted(name(i), there[i], commits, last, open));
            }
        }
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    long violationCount() {
        return violated.sum();
    }

    long reads() {
        return reads.sum();
    }

    long writes() {
        return writes.sum();
    }

    static int counter(int table, int row) {
        return table * ROWS + row;
    }

    static String table(int table) {
        return "h%02d".formatted(table);
    }

    /** Returns the key of a counter's row. */
    static int key(int counter) {
        return counter % ROWS + 1;
    }

    static String tableOf(int counter) {
        return table(counter / ROWS);
    }

    private static String name(int counter) {
        return tableOf(counter) + "[" + key(counter) + "]";
    }
}

package io.lagwise.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The rule of {@link History} for several processes, whose clocks are one: {@link System#nanoTime()} of one machine.
 *
 * <p>What was acknowledged is stamped after the fact, and reads before it, so that no read is blamed for what was
 * acknowledged while it ran. A read is judged once every process has told all that it acknowledged before that began.
 */
final class JointHistory {
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** A commit that was acknowledged, or a read that began. */
    private record Event(int counter, long number, long at, String how) {}

    private final Map<Object, Long> heardUntil = new HashMap<>();
    private final Queue<Event> commits = new PriorityQueue<>(Comparator.comparingLong(Event::at));
    private final Queue<Event> reads = new PriorityQueue<>(Comparator.comparingLong(Event::at));
    private final List<NavigableMap<Long, Long>> acknowledged = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private long judged;
    private long committed;
    private long kept;
    private long onReaders;

    JointHistory() {
        for (int i = 0; i < History.COUNTERS; i++) {
            acknowledged.add(new TreeMap<>());
        }
    }

    /** Notes that a process is there, of which nothing was missed. */
    synchronized void join(Object process) {
        heardUntil.put(process, System.nanoTime());
    }

    synchronized void commit(int counter, long number, long at) {
        commits.add(new Event(counter, number, at, ""));
        committed++;
    }

    synchronized void read(int counter, long number, long at, String how) {
        reads.add(new Event(counter, number, at, how));
        kept += how.contains("(cache-") ? 1 : 0;
        onReaders += how.contains("(reader-") ? 1 : 0;
    }

    synchronized void violate(String what) {
        violations.add(what);
    }

    /** Notes that a process has told all that it acknowledged until then. */
    synchronized void heard(Object process, long at) {
        heardUntil.put(process, at);
        judge();
    }

    /** Notes that nothing more will be heard of a process. */
    synchronized void leave(Object process) {
        heardUntil.remove(process);
        judge();
    }

    private void judge() {
        long until = heardUntil.values().stream().min(Long::compare).orElseGet(System::nanoTime);
        while (!commits.isEmpty() && commits.peek().at() - until <= 0) {
            Event commit = commits.remove();
            NavigableMap<Long, Long> numbers = acknowledged.get(commit.counter());
            long before = numbers.isEmpty() ? 0 : numbers.lastEntry().getValue();
            numbers.put(commit.at(), Math.max(before, commit.number()));
        }
        while (!reads.isEmpty() && reads.peek().at() - until <= 0) {
            judge(reads.remove());
        }
        acknowledged.forEach(numbers -> forget(numbers, until - KEPT_NANOS));
    }

    private void judge(Event read) {
        judged++;
        Map.Entry<Long, Long> last = acknowledged.get(read.counter()).lowerEntry(read.at());
        if (last != null && read.number() < last.getValue()) {
            violations.add("%s read %d in %s, where %d was acknowledged %.1f ms before"
                    .formatted(
                            read.how(),
                            read.number(),
                            History.tableOf(read.counter()),
                            last.getValue(),
                            (read.at() - last.getKey()) / 1e6));
        }
    }

    private static void forget(NavigableMap<Long, Long> numbers, long until) {
        Long last = numbers.floorKey(until);
        if (last != null) {
            numbers.headMap(last, false).clear();
        }
    }

    /** Returns the highest number that was acknowledged. */
    synchronized long last(int counter) {
        NavigableMap<Long, Long> numbers = acknowledged.get(counter);
        return numbers.isEmpty() ? 0 : numbers.lastEntry().getValue();
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized long operations() {
        return judged + committed;
    }

    synchronized long kept() {
        return kept;
    }

    synchronized long onReaders() {
        return onReaders;
    }

    @Override
    public synchronized String toString() {
        return "%d reads, of them %d on readers and %d of kept results, %d commits, %d violations"
                .formatted(judged, onReaders, kept, committed, violations.size());
    }
}

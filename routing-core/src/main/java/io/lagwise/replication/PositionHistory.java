package io.lagwise.replication;

import io.lagwise.spi.Position;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * When the writer was first seen at each of its recent positions; tells a reader's lag on this process's clock alone.
 *
 * <p>Not thread-safe.
 */
final class PositionHistory {
    private static final int LIMIT = 1024;

    private record Sample(long nanos, Position position) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    void add(long nanos, Position position) {
        Sample last = samples.peekLast();
        if (last != null && last.position().covers(position)) {
            return;
        }
        samples.addLast(new Sample(nanos, position));
        if (samples.size() > LIMIT) {
            thin();
        }
    }

    /** Keeps every other sample, the oldest among them, so that a long lag is still told. */
    private void thin() {
        boolean keep = true;
        for (Iterator<Sample> all = samples.iterator(); all.hasNext(); ) {
            all.next();
            if (!keep) {
                all.remove();
            }
            keep = !keep;
        }
    }

    /** Returns for how long the writer has been seen ahead of this position. */
    Duration lagOf(Position applied, long now) {
        for (Sample sample : samples) {
            if (!applied.covers(sample.position())) {
                return Duration.ofNanos(now - sample.nanos());
            }
        }
        return Duration.ZERO;
    }

    /** Drops what every reader, given by what it has applied, has reached. */
    void forget(List<Position> readers) {
        while (samples.size() > 1 && readers.stream().allMatch(this::coversOldest)) {
            samples.removeFirst();
        }
    }

    private boolean coversOldest(Position applied) {
        return applied.covers(samples.getFirst().position());
    }

    void clear() {
        samples.clear();
    }
}

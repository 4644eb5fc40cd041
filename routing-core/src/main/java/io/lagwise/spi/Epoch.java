package io.lagwise.spi;

import java.util.Comparator;

/**
 * The time in which one start of one server is the writer.
 *
 * <p>Epochs are ordered, by timeline and then by start, and the library never goes back to an earlier one (protocol A1,
 * A9).
 *
 * @param timeline the timeline or failover counter
 * @param started when the server started, in microseconds by its own clock
 * @param server the server
 */
public record Epoch(long timeline, long started, ServerId server) implements Comparable<Epoch> {
    private static final Comparator<Epoch> ORDER =
            Comparator.comparingLong(Epoch::timeline).thenComparingLong(Epoch::started);

    @Override
    public int compareTo(Epoch other) {
        return ORDER.compare(this, other);
    }

    /** Returns whether this epoch came after the other. */
    public boolean isAfter(Epoch other) {
        return compareTo(other) > 0;
    }
}

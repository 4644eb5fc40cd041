package io.lagwise.spi;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A place in a database's log: for each origin, how far.
 *
 * <p>PostgreSQL has one origin, the database system, and counts bytes; a GTID set has several and counts transactions.
 * So a server that replicates another system covers nothing of this one, whatever it counts. Positions are comparable
 * only within one {@link Epoch}. A position <em>covers</em> another if it is at or after it for every origin, so that
 * a server which has applied the one has applied all that the other stands for.
 *
 * <p>Immutable and thread-safe.
 */
public final class Position {
    /** The position before everything. */
    public static final Position NONE = new Position(new String[0], new long[0]);

    private static final String LOG = "lsn";

    private final String[] origins;
    private final long[] counters;

    private Position(String[] origins, long[] counters) {
        this.origins = origins;
        this.counters = counters;
    }

    /** Returns the position with this one origin. */
    public static Position of(String origin, long counter) {
        return new Position(new String[] {origin.intern()}, new long[] {counter});
    }

    /** Returns the position in the log of the PostgreSQL system with this identifier. */
    public static Position inLog(String system, long bytes) {
        return of(LOG + system, bytes);
    }

    /** Returns the position with these origins. */
    public static Position of(Map<String, Long> counters) {
        Map<String, Long> sorted = new TreeMap<>(counters);
        String[] origins = sorted.keySet().stream().map(String::intern).toArray(String[]::new);
        return new Position(
                origins, sorted.values().stream().mapToLong(Long::longValue).toArray());
    }

    /** Returns whether this is at or after the other for every origin. */
    public boolean covers(Position other) {
        if (isSingle() && other.isSingle() && origins[0].equals(other.origins[0])) {
            return counters[0] >= other.counters[0];
        }
        for (int i = 0; i < other.origins.length; i++) {
            Long mine = counter(other.origins[i]);
            if (mine == null || mine < other.counters[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the least position that covers both; one of the two where it does. */
    public Position merge(Position other) {
        if (covers(other)) {
            return this;
        }
        if (other.covers(this)) {
            return other;
        }
        Map<String, Long> merged = counters();
        other.counters().forEach((origin, counter) -> merged.merge(origin, counter, Math::max));
        return of(merged);
    }

    /** Returns how much the other is ahead of this, summed over its origins; 0 where it is not. */
    public long distanceTo(Position other) {
        long distance = 0;
        for (int i = 0; i < other.origins.length; i++) {
            Long mine = counter(other.origins[i]);
            distance += Math.max(0, other.counters[i] - (mine == null ? 0 : mine));
        }
        return distance;
    }

    private boolean isSingle() {
        return origins.length == 1;
    }

    private @Nullable Long counter(String origin) {
        for (int i = 0; i < origins.length; i++) {
            if (origins[i].equals(origin)) {
                return counters[i];
            }
        }
        return null;
    }

    /** Returns the counter of each origin. */
    public Map<String, Long> counters() {
        Map<String, Long> map = new TreeMap<>();
        for (int i = 0; i < origins.length; i++) {
            map.put(origins[i], counters[i]);
        }
        return map;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Position that && counters().equals(that.counters());
    }

    @Override
    public int hashCode() {
        return counters().hashCode();
    }

    /** Returns the counters by origin; for the one origin of PostgreSQL in its {@code X/X} notation. */
    @Override
    public String toString() {
        if (isSingle() && origins[0].startsWith(LOG)) {
            return "%X/%X".formatted(counters[0] >>> 32, counters[0] & 0xFFFF_FFFFL);
        }
        return counters().toString();
    }
}

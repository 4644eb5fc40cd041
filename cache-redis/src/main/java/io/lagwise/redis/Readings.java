package io.lagwise.redis;

import io.lagwise.redis.RecordAnswer.Finding;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a set said last, so that they need tell only what has changed since, and what was concluded from it.
 *
 * <p>Thread-safe. Which of two readings that come at the same time is kept does not matter: an older one makes more be told.
 */
final class Readings {
    /** Compared by the identity of the readings. */
    private record Conclusion(List<Reading> readings, Finding finding) {}

    private final Map<Shelf, Reading> last = new ConcurrentHashMap<>();
    private volatile @Nullable Conclusion concluded;

    /** Returns what the records on this shelf said last; null if nothing yet. */
    @Nullable
    Reading on(Shelf shelf) {
        return last.get(shelf);
    }

    void learn(Shelf shelf, Reading reading) {
        if (last.get(shelf) != reading) {
            last.put(shelf, reading);
        }
    }

    /** Returns what was concluded from the very same; null if they are others. */
    @Nullable
    Finding concludedFrom(List<Reading> readings) {
        Conclusion known = concluded;
        if (known == null) {
            return null;
        }
        for (int i = 0; i < readings.size(); i++) {
            if (known.readings().get(i) != readings.get(i)) {
                return null;
            }
        }
        return known.finding();
    }

    /** Keeps a conclusion by which results may be used; for all others more has to be done each time. */
    void conclude(List<Reading> readings, @Nullable Finding finding) {
        if (finding != null && finding.versions() != null) {
            concluded = new Conclusion(readings, finding);
        }
    }
}

package io.lagwise.redis;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether shared records can be used, and how often each hindrance has begun.
 *
 * <p>What comes before they could be used for the first time belongs to the start, and is not counted. Thread-safe.
 */
final class Usability {
    /** Whether records can be used, or what hinders that. */
    enum State {
        /** They can. */
        AVAILABLE,
        /** Redis was lost, or is another, and its records are put in order again. */
        RECOVERING,
        /** An instance has fallen silent, and may be writing unseen. */
        INSTANCE_MISSING,
        /** Redis does not answer. */
        UNREACHABLE,
        /** They can, by asking: Redis does not push what changes, as it should. */
        NOT_PUSHED;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Map<State, Long> begun = new EnumMap<>(State.class);
    private @Nullable State last;

    Usability() {
        for (State state : State.values()) {
            begun.put(state, 0L);
        }
    }

    /** Counts the state if it has just begun. */
    synchronized void note(State now) {
        if (now != last && (last != null || now == State.AVAILABLE)) {
            begun.merge(now, 1L, Long::sum);
            last = now;
        }
    }

    /** Returns how often each hindrance has begun. */
    synchronized Map<String, Long> hindrances() {
        Map<String, Long> counts = new TreeMap<>();
        begun.forEach((state, count) -> counts.put(state.text(), count));
        counts.remove(State.AVAILABLE.text());
        return counts;
    }
}

package io.lagwise;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Hints for the statements that the current thread runs within a scope.
 *
 * <p>Scopes nest: of where to read and of whether to keep results the inner one decides what it says something about, and
 * leaving it restores the outer one. A scope belongs to the thread that opened it and is not seen by other threads. Hints
 * never weaken safety: a write goes to the writer whatever they say.
 *
 * <p>Immutable and thread-safe.
 */
public final class RoutingHints {
    /** No hint: freshness alone decides. */
    public static final RoutingHints NONE = new RoutingHints(Route.AUTO, Keep.AUTO, null, Set.of());

    private static final RoutingHints LAG_IGNORE = new RoutingHints(Route.LAG_IGNORE, Keep.AUTO, null, Set.of());
    private static final RoutingHints WRITER = new RoutingHints(Route.WRITER, Keep.AUTO, null, Set.of());
    private static final RoutingHints CACHED = new RoutingHints(Route.AUTO, Keep.CACHED, null, Set.of());
    private static final RoutingHints UNCACHED = new RoutingHints(Route.AUTO, Keep.UNCACHED, null, Set.of());

    private static final ThreadLocal<RoutingHints> CURRENT = ThreadLocal.withInitial(() -> NONE);

    /** Where a hint sends statements. */
    public enum Route {
        /** Freshness decides. */
        AUTO,
        /** Any live reader, for statements that only read. */
        LAG_IGNORE,
        /** The writer. */
        WRITER
    }

    /** Whether a hint lets results be kept in the cache. */
    public enum Keep {
        /** The configuration decides. */
        AUTO,
        /** They are kept where that is safe. */
        CACHED,
        /** They are not kept, nor read from the cache. */
        UNCACHED
    }

    private final Route route;
    private final Keep keep;
    private final @Nullable Duration ttl;
    private final Set<String> tables;

    private RoutingHints(Route route, Keep keep, @Nullable Duration ttl, Set<String> tables) {
        this.route = route;
        this.keep = keep;
        this.ttl = ttl;
        this.tables = tables;
    }

    /** Returns the hint that sends reads to a reader, however far behind. */
    public static RoutingHints lagIgnore() {
        return LAG_IGNORE;
    }

    /** Returns the hint that sends every statement to the writer. */
    public static RoutingHints writer() {
        return WRITER;
    }

    /** Returns the hint that keeps results for as long as the configuration says at most. */
    public static RoutingHints cached() {
        return CACHED;
    }

    /**
     * Returns the hint that keeps results for this long at most.
     *
     * @throws IllegalArgumentException if the time is not positive
     */
    public static RoutingHints cached(Duration ttl) {
        if (ttl.isZero() || ttl.isNegative()) {
            throw new IllegalArgumentException("A result cannot be kept for " + ttl + "; use a positive duration");
        }
        return new RoutingHints(Route.AUTO, Keep.CACHED, ttl, Set.of());
    }

    /** Returns the hint that neither keeps results nor reads them from the cache. */
    public static RoutingHints uncached() {
        return UNCACHED;
    }

    /** Returns the hints in force on the current thread; {@link #NONE} outside any scope. */
    public static RoutingHints current() {
        return CURRENT.get();
    }

    /** Returns where these hints send statements. */
    public Route route() {
        return route;
    }

    /** Returns whether these hints let results be kept. */
    public Keep keep() {
        return keep;
    }

    /** Returns how long a result may be kept at most; null for what the configuration says. */
    public @Nullable Duration ttl() {
        return ttl;
    }

    /** Returns tables on which kept results depend beyond what the library finds. */
    public Set<String> tables() {
        return tables;
    }

    /** Returns these hints, with tables on which kept results depend beyond what the library finds. */
    public RoutingHints dependingOn(Set<String> names) {
        return new RoutingHints(route, keep, ttl, Set.copyOf(names));
    }

    /** Returns these hints, and the outer ones where these say nothing. */
    public RoutingHints within(RoutingHints outer) {
        if (outer == NONE || this == NONE) {
            return outer == NONE ? this : outer;
        }
        boolean ownKeep = keep != Keep.AUTO;
        return new RoutingHints(
                route == Route.AUTO ? outer.route : route,
                ownKeep ? keep : outer.keep,
                ownKeep ? ttl : outer.ttl,
                ownKeep ? tables : outer.tables);
    }

    /** Runs the task with these hints in force and returns its result. */
    public <T> T call(Callable<T> task) throws Exception {
        try (Scope scope = open()) {
            return task.call();
        }
    }

    /** Runs the task with these hints in force. */
    public void run(Runnable task) {
        try (Scope scope = open()) {
            task.run();
        }
    }

    /** Puts these hints in force until the scope is closed, by the same thread. */
    public Scope open() {
        RoutingHints outer = CURRENT.get();
        CURRENT.set(within(outer));
        // Not removed: whoever asks next would have to put it back.
        return () -> CURRENT.set(outer);
    }

    /** A span of code in which hints are in force. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}

package io.lagwise;

import java.util.concurrent.Callable;

/**
 * Hints for the statements that the current thread runs within a scope.
 *
 * <p>Scopes nest: the inner one decides, and leaving it restores the outer one. A scope belongs to the thread that opened
 * it and is not seen by other threads. Hints never weaken safety: a write goes to the writer whatever they say.
 *
 * <p>Immutable and thread-safe.
 */
public final class RoutingHints {
    /** No hint: freshness alone decides. */
    public static final RoutingHints NONE = new RoutingHints(Route.AUTO);

    private static final RoutingHints LAG_IGNORE = new RoutingHints(Route.LAG_IGNORE);
    private static final RoutingHints WRITER = new RoutingHints(Route.WRITER);

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

    private final Route route;

    private RoutingHints(Route route) {
        this.route = route;
    }

    /** Returns the hint that sends reads to a reader, however far behind. */
    public static RoutingHints lagIgnore() {
        return LAG_IGNORE;
    }

    /** Returns the hint that sends every statement to the writer. */
    public static RoutingHints writer() {
        return WRITER;
    }

    /** Returns the hints in force on the current thread; {@link #NONE} outside any scope. */
    public static RoutingHints current() {
        return CURRENT.get();
    }

    /** Returns where these hints send statements. */
    public Route route() {
        return route;
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
        CURRENT.set(this);
        return () -> restore(outer);
    }

    private static void restore(RoutingHints outer) {
        if (outer == NONE) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }

    /** A span of code in which hints are in force. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}

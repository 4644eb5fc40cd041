package io.lagwise.policy;

import io.lagwise.sql.ParsedTables;
import io.lagwise.sql.StatementProfile;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Has a parser confirm, off the caller's thread, which identifiers of a statement are tables.
 *
 * <p>Invariant: the tables that the analyzer names are never doubted, only confirmed. Where the parser finds exactly the
 * same, two readings that have nothing in common agree that the other identifiers are columns, aliases and the like; where
 * it finds others, fails, or has no time, all identifiers go on to count.
 */
public final class Refiner implements AutoCloseable {
    private static final int MOST_WAITING = 256;
    private static final int IDLE_SECONDS = 10;

    private final Executor executor;

    /** Makes a refiner with a thread of its own, which ends while there is nothing to do. */
    public Refiner() {
        this(thread());
    }

    Refiner(Executor executor) {
        this.executor = executor;
    }

    private static ExecutorService thread() {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                task -> {
                    Thread made = new Thread(task, "lagwise-parser");
                    made.setDaemon(true);
                    return made;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    /** Runs the task later if the parser agrees with the profile of this text about the tables. */
    void confirm(String sql, StatementProfile profile, Runnable agreed) {
        executor.execute(() -> {
            if (profile.named().equals(ParsedTables.of(sql))) {
                agreed.run();
            }
        });
    }

    /** Ends the thread; what waits is forgotten. */
    @Override
    public void close() {
        if (executor instanceof ExecutorService thread) {
            thread.shutdownNow();
        }
    }
}

package io.lagwise.replication;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one task again and again on its own thread, on demand and at least after the delay that it asks for.
 *
 * <p>A wake-up that arrives while the task runs makes it run once more, so that a run always begins after the latest
 * wake-up. Two runs begin at least {@link #LEAST_GAP} apart.
 */
public final class PollLoop implements AutoCloseable {
    static final Duration LEAST_GAP = Duration.ofMillis(2);

    private static final Logger log = LoggerFactory.getLogger(PollLoop.class);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Supplier<Duration> task;
    private final Thread thread;
    private boolean demanded;
    private boolean closed;

    /** Makes the loop; the task returns how long to wait before its next run, and should not throw. */
    public PollLoop(String name, Supplier<Duration> task) {
        this.task = task;
        this.thread = new Thread(this::loop, name);
        this.thread.setDaemon(true);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Makes the task run soon. */
    public void wake() {
        lock.lock();
        try {
            demanded = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        while (awaitTurn()) {
            long began = System.nanoTime();
            Duration delay = run();
            if (!pause(began + LEAST_GAP.toNanos(), began + Math.max(LEAST_GAP.toNanos(), delay.toNanos()))) {
                return;
            }
        }
    }

    /** What fails unforeseen is tried again: without polls no table that was written would ever be read elsewhere. */
    private Duration run() {
        try {
            return task.get();
        } catch (RuntimeException e) {
            log.error("{} failed and goes on in {} ms", thread.getName(), AFTER_FAILURE.toMillis(), e);
            return AFTER_FAILURE;
        }
    }

    private boolean awaitTurn() {
        lock.lock();
        try {
            demanded = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code latest}, or from {@code earliest} on until woken; returns false once closed. */
    private boolean pause(long earliest, long latest) {
        lock.lock();
        try {
            while (!closed) {
                long now = System.nanoTime();
                long until = demanded ? earliest : latest;
                if (until - now <= 0) {
                    return true;
                }
                woken.await(until - now, TimeUnit.NANOSECONDS);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the loop after the run under way, interrupting a wait in it for a connection; does not wait for it. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
        if (thread != Thread.currentThread()) {
            thread.interrupt();
        }
    }

    /** Waits until the thread has ended. */
    public void join(Duration timeout) throws InterruptedException {
        if (thread != Thread.currentThread()) {
            thread.join(timeout.toMillis());
        }
    }
}

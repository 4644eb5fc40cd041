package io.lagwise.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Starts work at fixed times, however long earlier work takes.
 *
 * <p>So a stall shows in full, as it does for users, who do not wait for each other.
 */
final class OpenLoop {
    static final int PER_SECOND = 1000;
    private static final int THREADS = 20;

    /** Something that one thread does again and again. */
    interface Work {
        void run();
    }

    /**
     * How it went.
     *
     * @param millis from when each piece of work was due until it was done, in order of length
     */
    record Result(double[] millis) {
        private double at(double quantile) {
            return millis[(int) (quantile * (millis.length - 1))];
        }

        @Override
        public String toString() {
            return "due to done p50 %.1f ms, p99 %.1f ms, max %.1f ms".formatted(at(0.5), at(0.99), at(1));
        }
    }

    private final List<Work> works = new ArrayList<>();

    OpenLoop(IntFunction<Work> workOfThread) {
        for (int i = 0; i < THREADS; i++) {
            works.add(workOfThread.apply(i));
        }
    }

    Result run(Duration time) throws InterruptedException, ExecutionException {
        double[] millis = new double[(int) (time.toMillis() * PER_SECOND / 1000)];
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Work work : works) {
                running.add(threads.submit(() -> work(work, next, start, millis)));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        } finally {
            threads.shutdownNow();
        }
        Arrays.sort(millis);
        return new Result(millis);
    }

    private static void work(Work work, AtomicInteger next, long start, double[] millis) {
        for (int i = next.getAndIncrement(); i < millis.length; i = next.getAndIncrement()) {
            long due = start + i * (TimeUnit.SECONDS.toNanos(1) / PER_SECOND);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            work.run();
            millis[i] = (System.nanoTime() - due) / 1e6;
        }
    }
}

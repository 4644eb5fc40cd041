package io.lagwise.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Blocks until something is so, or fails telling what was awaited. */
final class Waiting {
    /** Generous, because the machines that build are loaded; nothing on an idle one comes near it. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Waiting() {}

    static void until(BooleanSupplier fulfilled, Supplier<String> awaited) {
        if (!within(PATIENCE, fulfilled)) {
            throw new TestServerException("Waited " + PATIENCE.toSeconds() + " s in vain: " + awaited.get());
        }
    }

    static boolean within(Duration patience, BooleanSupplier fulfilled) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!fulfilled.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        LockSupport.parkNanos(POLL_NANOS);
        if (Thread.currentThread().isInterrupted()) {
            throw new TestServerException("Interrupted while waiting for a server");
        }
    }
}

package io.lagwise.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PollLoopTests {
    @Test
    void aTaskThatFailsIsRunAgain() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(2);
        try (PollLoop loop = new PollLoop("failing", () -> {
            runs.countDown();
            throw new IllegalStateException("unforeseen");
        })) {
            loop.start();
            assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aWakeUpRunsTheTaskLongBeforeItsDelayIsOver() throws InterruptedException {
        Semaphore runs = new Semaphore(0);
        try (PollLoop loop = new PollLoop("sleeping", () -> {
            runs.release();
            return Duration.ofHours(1);
        })) {
            loop.start();
            assertThat(runs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            loop.wake();
            assertThat(runs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingEndsAWaitWithinTheTask() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (PollLoop loop = new PollLoop("waiting", () -> {
            waiting.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return Duration.ZERO;
        })) {
            loop.start();
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }
}

package io.lagwise.cache;

import io.lagwise.CacheReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one statement, by what is measured, whether keeping its results pays.
 *
 * <p>While it is watched, each execution is compared with the last ones: had its result been kept, could it have answered
 * from there, as the same was asked before the same writes? That share, times what an execution takes, is what keeping
 * saves; looking up and filling is what it costs. The statement is admitted if the gain is clear, and watched again, less
 * often each time, when hits do not bear it out. So what is written as often as read, asked with ever new parameters, or
 * answered by the database as fast, is left alone.
 *
 * <p>Thread-safe: short sections under a lock.
 */
final class Admission {
    /** Executions after which a verdict is passed. */
    static final int WINDOW = 64;

    /** Executions that are let pass after a verdict against, at first and at most. */
    static final int FIRST_PAUSE = 256;

    static final int LONGEST_PAUSE = 65_536;

    /** What a look-up and a fill cost beside the execution, in nanoseconds. */
    private static final long LOOK_UP_NANOS = 1_000;

    private static final long FILL_NANOS = 3_000;

    /** How many times its cost keeping must save. */
    private static final int LEAST_GAIN = 2;

    private static final int LEAST_REPEATED_PERCENT = 20;
    private static final int REMEMBERED = 256;

    private final Duration ttl;
    private boolean admitted;
    private @Nullable CacheReason verdict;
    private int pause = FIRST_PAUSE;
    private int passing;
    private int seen;
    private int repeated;
    private long nanos;
    private long windowBegan;
    private long @Nullable [] questions;

    Admission(Duration ttl) {
        this.ttl = ttl;
    }

    /** Returns what is to be done with an execution. */
    synchronized Verdict next() {
        if (admitted) {
            return Verdict.KEEP;
        }
        if (passing > 0) {
            passing--;
            return Verdict.LEAVE;
        }
        return Verdict.WATCH;
    }

    /** What is to be done with an execution. */
    enum Verdict {
        /** Answer from the cache, and keep. */
        KEEP,
        /** Execute, and tell how it went. */
        WATCH,
        /** Execute. */
        LEAVE
    }

    /**
     * Hears of an execution that was watched.
     *
     * @param question equal for two executions of which one could have answered the other
     */
    synchronized void executed(long question, long executionNanos, long now) {
        long[] known = questions;
        if (known == null) {
            known = new long[REMEMBERED];
            questions = known;
        }
        int slot = (int) (question & (REMEMBERED - 1));
        count(known[slot] == question, executionNanos, now);
        known[slot] = question;
    }

    /** Hears how an execution went for which the cache was asked; a hit takes no time of the database. */
    synchronized void asked(boolean hit, long executionNanos, long now) {
        count(hit, executionNanos, now);
    }

    private void count(boolean again, long executionNanos, long now) {
        if (seen == 0) {
            windowBegan = now;
        }
        seen++;
        if (again) {
            repeated++;
        }
        nanos += executionNanos;
        if (seen >= WINDOW) {
            judge(now);
        }
    }

    private void judge(long now) {
        int executions = admitted ? Math.max(1, seen - repeated) : seen;
        long perExecution = nanos / executions;
        boolean frequent = now - windowBegan < ttl.toNanos();
        if (frequent && pays(perExecution)) {
            admit();
        } else if (admitted && frequent && repeated == seen) {
            // Nothing was executed, so that there is nothing new to judge by.
            admit();
        } else {
            dismiss(frequent);
        }
        seen = 0;
        repeated = 0;
        nanos = 0;
    }

    private boolean pays(long perExecution) {
        int percent = 100 * repeated / seen;
        long saved = perExecution * percent / 100;
        long cost = LOOK_UP_NANOS + FILL_NANOS * (100 - percent) / 100;
        return percent >= LEAST_REPEATED_PERCENT && saved > LEAST_GAIN * cost;
    }

    private void admit() {
        admitted = true;
        verdict = CacheReason.CACHEABLE;
        questions = null;
    }

    private void dismiss(boolean frequent) {
        admitted = false;
        verdict = frequent ? CacheReason.DOES_NOT_PAY : CacheReason.SELDOM_ASKED;
        passing = pause;
        pause = Math.min(LONGEST_PAUSE, pause * 2);
        questions = null;
    }

    /** Returns the last verdict, or that there is none yet. */
    synchronized CacheReason verdict() {
        return verdict == null ? CacheReason.BEING_MEASURED : verdict;
    }
}

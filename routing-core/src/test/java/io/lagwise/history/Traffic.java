package io.lagwise.history;

import java.util.random.RandomGenerator;

/**
 * Which tables are read and written at the moment.
 *
 * <p>A few tables are written all the time and others hardly ever, so that there are always some that a lagging reader
 * has just reached; which ones moves on. Half of the reads are of what was written last by anyone.
 */
final class Traffic {
    private volatile int hottest;
    private volatile int lastWritten;
    private volatile boolean writes = true;

    /** Returns whether clients may write now. */
    boolean writes() {
        return writes;
    }

    void stopWrites() {
        writes = false;
    }

    void resumeWrites() {
        writes = true;
    }

    void moveOn(RandomGenerator random) {
        hottest = random.nextInt(History.TABLES);
    }

    void wrote(int counter) {
        lastWritten = counter / History.ROWS;
    }

    int tableToRead(RandomGenerator random) {
        return random.nextBoolean() ? lastWritten : random.nextInt(History.TABLES);
    }

    int tableToWrite(RandomGenerator random) {
        double skewed = Math.pow(random.nextDouble(), 4);
        return (hottest + (int) (skewed * History.TABLES)) % History.TABLES;
    }
}

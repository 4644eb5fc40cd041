package io.lagwise.history;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.random.RandomGenerator;

/**
 * Which tables are read and written at the moment.
 *
 * <p>A few tables are written, some of them all the time and others now and then, so that there are always some that a
 * lagging reader has just reached; which ones moves on. A third of the reads are of what was written last by anyone.
 */
final class Traffic {
    private static final int WRITTEN_AT_A_TIME = 7;

    private final ReadWriteLock gate = new ReentrantReadWriteLock();
    private volatile int hottest;
    private volatile int lastWritten;
    private volatile boolean writes = true;

    /** Returns whether clients may write now. */
    boolean writes() {
        return writes;
    }

    /** Returns what a client holds while it writes, until it has noted the outcome. */
    Lock writing() {
        return gate.readLock();
    }

    /** Returns what nobody can hold while anybody writes. */
    Lock nobodyWriting() {
        return gate.writeLock();
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
        return random.nextInt(3) == 0 ? lastWritten : random.nextInt(History.TABLES);
    }

    int tableToWrite(RandomGenerator random) {
        double skewed = Math.pow(random.nextDouble(), 3);
        return (hottest + (int) (skewed * WRITTEN_AT_A_TIME)) % History.TABLES;
    }
}

package io.lagwise.policy;

import io.lagwise.spi.RoutingPolicy.Candidates;
import java.util.List;

/** The readers that may answer one statement: a bit per reader. */
final class SafeReaders implements Candidates {
    private final List<? extends ReaderLoad> readers;
    private final long mask;

    SafeReaders(List<? extends ReaderLoad> readers, long mask) {
        this.readers = readers;
        this.mask = mask;
    }

    /** Returns the reader's index among all readers. */
    int index(int candidate) {
        long rest = mask;
        for (int i = 0; i < candidate; i++) {
            rest &= rest - 1;
        }
        return Long.numberOfTrailingZeros(rest);
    }

    private ReaderLoad reader(int candidate) {
        return readers.get(index(candidate));
    }

    @Override
    public int size() {
        return Long.bitCount(mask);
    }

    @Override
    public String name(int candidate) {
        return reader(candidate).name();
    }

    @Override
    public int inUse(int candidate) {
        return reader(candidate).inUse();
    }

    @Override
    public int weight(int candidate) {
        return reader(candidate).weight();
    }
}

package io.lagwise.spi;

import org.jspecify.annotations.Nullable;

/**
 * Keeps results, and forgets them when it likes.
 *
 * <p>A store knows nothing of freshness: whoever takes a result from it compares versions. Implementations are
 * thread-safe and never throw for a fault of their own: what cannot be read is not there.
 */
public interface ResultStore {
    /** Gives what turns rows into bytes, for a store that is not on the heap; called once, before all else. */
    default void attach(ResultCodec codec) {}

    /** Returns the result kept under an equal key, or null. */
    @Nullable
    StoredResult get(ResultKey key);

    /** Keeps a result in place of what was kept under the key. */
    void put(ResultKey key, StoredResult result);

    /** Forgets everything. */
    void clear();

    /** Returns how many results are kept, roughly; 0 where that is not known. */
    long entries();

    /** Returns the bytes that are kept, roughly; 0 where that is not known. */
    long weight();

    /** Returns how often something was found that is no result of ours, and so was not used. */
    default long unreadable() {
        return 0;
    }
}

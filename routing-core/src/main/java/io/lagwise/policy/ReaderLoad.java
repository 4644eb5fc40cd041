package io.lagwise.policy;

/**
 * A reader as the balance sees it.
 *
 * <p>Thread-safe.
 */
public interface ReaderLoad {
    /** Returns the configured name. */
    String name();

    /** Returns how many of its connections this instance has in use now. */
    int inUse();

    /** Returns the configured weight. */
    int weight();
}

package io.lagwise.jdbc;

/** A statement that has a physical statement on a lease. */
interface Bound {
    /** Returns whether results of it may still be read. */
    boolean hasOpenResult();

    /** Closes the physical statement; errors are attached to the lease's node, not thrown. */
    void unbind();
}

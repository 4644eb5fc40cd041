package io.lagwise.spi;

import org.jspecify.annotations.Nullable;

/**
 * Tells for whom a statement runs, where that is decided below the library.
 *
 * <p>A pool that hands out connections of the current tenant, or sets the current user on them, is such a place: results
 * are kept apart by what this returns. Implementations are thread-safe and do not block.
 */
@FunctionalInterface
public interface SessionKey {
    /** Returns who asks now, as a value that compares by {@code equals}; null for nobody in particular. */
    @Nullable
    Object current();
}

package io.lagwise.spi;

import org.jspecify.annotations.Nullable;

/** A part of a key that is known by a text where {@code equals} does not reach: in another process. */
public interface Spelled {
    /** Returns a text that only equal parts of this class have, in any process; null if there is none. */
    @Nullable
    String spelling();
}

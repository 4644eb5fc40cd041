package io.lagwise.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A result as it is kept.
 *
 * @param rows the rows
 * @param versions what its tables held before it was read; null where it may be old
 * @param catalogVersion the catalog by which its tables were found
 * @param ttl how long it is kept at most
 */
public record StoredResult(Rows rows, @Nullable TableVersions versions, long catalogVersion, Duration ttl) {
    /** Rows with their description, in whatever form; immutable and thread-safe. */
    public interface Rows {
        /** Returns the bytes that they take on the heap. */
        long weight();
    }
}

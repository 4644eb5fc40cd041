package io.lagwise.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one reader.
 *
 * <p>{@code status} is a lower bound that holds for connections opened before {@code polledAt} to the same server
 * (protocol A2).
 *
 * @param name its configured name
 * @param state whether reads may go there
 * @param status its last answer; null if it never gave one
 * @param polledAt when the poll that brought it began, by {@link System#nanoTime()}
 * @param lag how long ago the writer passed the reader's position; zero when caught up
 * @param bytes how much of the log the reader lacks
 * @param failure why it is down; null otherwise
 */
public record ReaderLag(
        String name,
        State state,
        @Nullable ServerStatus status,
        long polledAt,
        Duration lag,
        long bytes,
        @Nullable String failure) {
    /** Whether reads may go to a reader. */
    public enum State {
        /** Follows the writer. */
        AVAILABLE,
        /** Follows the writer, but too far behind or on an earlier timeline: only lag-ignoring reads. */
        LAGGING,
        /** Does not answer, or answered wrongly. */
        DOWN
    }
}

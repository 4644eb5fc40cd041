package io.lagwise.policy;

import io.lagwise.RouteReason;

/**
 * Where a statement may run, before a connection is at hand.
 *
 * @param reader the reader's index; {@link #WRITER} for the writer
 * @param reason why
 */
public record Choice(int reader, RouteReason reason) {
    /** Stands for the writer. */
    public static final int WRITER = -1;

    /** Returns the choice of the writer. */
    public static Choice writer(RouteReason reason) {
        return new Choice(WRITER, reason);
    }

    /** Returns whether it is the writer. */
    public boolean isWriter() {
        return reader == WRITER;
    }
}

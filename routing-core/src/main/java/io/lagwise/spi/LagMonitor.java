package io.lagwise.spi;

/**
 * Knows how far each reader is.
 *
 * <p>Thread-safe; no method blocks.
 */
public interface LagMonitor {
    /** Returns the latest knowledge; the same object until something changes. */
    LagSnapshot latest();

    /** Says that statements wait for readers to reach this position. */
    void expect(Position position);

    /** Says that a statement failed because of this reader, by its index in the snapshot. */
    void suspect(int reader);
}

package io.lagwise.spi;

/**
 * Which writes some tables held at one moment; made and compared by the ledger only.
 *
 * <p>A result read from a source that was found safe after the versions were taken stays valid for as long as
 * {@link TableSet#isAt} holds (protocol A7). Immutable and thread-safe.
 */
public interface TableVersions {
    /** Returns the epoch in which they were taken. */
    Epoch epoch();
}

package io.lagwise.jdbc;

/**
 * Where transactions run.
 *
 * @param readOnly transactions declared read-only
 * @param readWrite all others
 */
public record TransactionModes(ReadOnly readOnly, ReadWrite readWrite) {
    /** The defaults: read-only ones on a reader, all others on the writer. */
    public static final TransactionModes DEFAULTS = new TransactionModes(ReadOnly.READER, ReadWrite.WRITER);

    /** Where read-only transactions run. */
    public enum ReadOnly {
        /** On a reader that has what they read. */
        READER,
        /** On the writer. */
        WRITER
    }

    /** Where read-write transactions run. */
    public enum ReadWrite {
        /** On the writer. */
        WRITER,
        /** On a reader until the first statement that does not only read; at READ COMMITTED only. */
        UNTIL_FIRST_WRITE
    }
}

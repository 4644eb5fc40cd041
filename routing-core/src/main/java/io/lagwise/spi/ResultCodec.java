package io.lagwise.spi;

import org.jspecify.annotations.Nullable;

/**
 * Turns the rows of one database into bytes and back, also in another process.
 *
 * <p>Implementations are thread-safe and do not block.
 */
public interface ResultCodec {
    /**
     * Returns what results depend on beside their key: database, user, settings; null while that is not known.
     *
     * <p>A result may answer only where this is the same as where it was read.
     */
    byte @Nullable [] context();

    /** Returns the rows as bytes; null if they are not such as it knows. */
    byte @Nullable [] encode(StoredResult.Rows rows);

    /** Returns the rows that bytes from {@link #encode} hold; null if they hold none. */
    StoredResult.@Nullable Rows decode(byte[] bytes);
}

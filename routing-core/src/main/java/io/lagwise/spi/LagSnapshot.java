package io.lagwise.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the writer and its readers at one moment.
 *
 * @param epoch the current epoch; null before the writer was first reached
 * @param writerPosition the latest known position of the writer; null before it was first reached
 * @param readers the readers in the order configured
 */
public record LagSnapshot(@Nullable Epoch epoch, @Nullable Position writerPosition, List<ReaderLag> readers) {
    /** Copies the list. */
    public LagSnapshot {
        readers = List.copyOf(readers);
    }
}

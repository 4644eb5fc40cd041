package io.lagwise.cache;

import io.lagwise.CacheReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Takes the rows out of a driver's result, such that they can be given back exactly; one for each driver. */
public interface RowCapture {
    /**
     * Returns the rows of a result that nobody has read from, which stays as it was.
     *
     * @param maximumSize bytes that the rows may take
     */
    Captured capture(ResultSet live, long maximumSize) throws SQLException;

    /**
     * Rows, or why there are none.
     *
     * @param rows null where they cannot be kept
     * @param reason {@link CacheReason#CACHEABLE}, or why not
     */
    record Captured(@Nullable CachedRows rows, CacheReason reason) {
        static Captured refused(CacheReason reason) {
            return new Captured(null, reason);
        }

        static Captured kept(CachedRows rows) {
            return new Captured(rows, CacheReason.CACHEABLE);
        }
    }
}

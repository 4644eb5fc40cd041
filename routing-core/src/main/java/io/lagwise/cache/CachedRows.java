package io.lagwise.cache;

import io.lagwise.spi.StoredResult;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The rows of a result with their description; immutable, and shared between threads. */
public interface CachedRows extends StoredResult.Rows {
    /**
     * Returns a cursor over the rows, before the first one, which asks no server for a row.
     *
     * <p>What it leads to beside values belongs to nobody: callers hide its statement. Arrays of bytes that it returns may
     * be the kept ones: callers copy them.
     *
     * @param type whether it scrolls, as the JDBC constant
     */
    ResultSet open(int type) throws SQLException;

    /** Returns what is known of the rows' values. */
    default KeptValues values() {
        return KeptValues.NONE;
    }
}

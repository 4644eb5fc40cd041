package io.lagwise.cache;

import io.lagwise.spi.StoredResult;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Stub. */
public final class CachedRows implements StoredResult.Rows {
    public static @Nullable Capture capture(ResultSet live, long maxBytes) throws SQLException {
        return null;
    }

    public record Capture(CachedRows rows, boolean complete) {}

    public long weight() {
        return 0;
    }

    public ResultSet open(Owner owner, int resultSetType) {
        throw new IllegalStateException();
    }

    public interface Owner {
        Statement statement() throws SQLException;

        void closed(ResultSet results) throws SQLException;
    }
}

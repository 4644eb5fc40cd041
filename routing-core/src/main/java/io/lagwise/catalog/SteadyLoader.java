package io.lagwise.catalog;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Loads a catalog that has no snapshots of itself until it was found the same twice.
 *
 * <p>Each query of a load sees another moment, so that one load may be a mixture. If the next one is equal, nothing has
 * changed between the last query of the first and the first query of the second, and both are the truth of that moment.
 */
final class SteadyLoader implements CatalogLoader {
    private static final int ATTEMPTS = 10;

    private final CatalogLoader loader;

    SteadyLoader(CatalogLoader loader) {
        this.loader = loader;
    }

    @Override
    public CatalogSnapshot load(Connection connection) throws SQLException {
        CatalogSnapshot before = loader.load(connection);
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            CatalogSnapshot loaded = loader.load(connection);
            if (loaded.equals(before)) {
                return loaded;
            }
            before = loaded;
        }
        throw new SQLException("The catalog has changed " + ATTEMPTS + " times while it was being read");
    }
}

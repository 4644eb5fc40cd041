package io.lagwise.catalog;

import java.sql.Connection;
import java.sql.SQLException;

/** Reads the catalog of one kind of database. */
@FunctionalInterface
interface CatalogLoader {
    /** Returns the whole catalog, or throws; a partial one is never returned. */
    CatalogSnapshot load(Connection connection) throws SQLException;
}

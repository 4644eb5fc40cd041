package io.lagwise.catalog;

import io.lagwise.sql.SqlAnalyzer;
import java.sql.Statement;

/** Reads the catalog of MariaDB 10.6 and later. */
final class MariaDbCatalogLoader extends InformationSchemaLoader {
    MariaDbCatalogLoader(SqlAnalyzer analyzer) {
        super(analyzer);
    }

    /** The rights of enabled roles are among them. */
    @Override
    String showGrants(Statement statement) {
        return "SHOW GRANTS";
    }

    /** The texts of views are all there is. */
    @Override
    void addViewUsage(Statement statement, SnapshotBuilder snapshot, StoredTexts texts) {}
}

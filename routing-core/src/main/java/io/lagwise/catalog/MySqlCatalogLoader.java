package io.lagwise.catalog;

import static io.lagwise.catalog.Rows.each;

import io.lagwise.sql.SqlAnalyzer;
import java.sql.SQLException;
import java.sql.Statement;

/** Reads the catalog of MySQL 8.0.13 and later. */
final class MySqlCatalogLoader extends InformationSchemaLoader {
    private static final String TABLES_OF_VIEWS =
            "SELECT view_schema, view_name, table_schema, table_name FROM information_schema.view_table_usage";

    private static final String ROUTINES_OF_VIEWS =
            "SELECT table_schema, table_name, specific_name FROM information_schema.view_routine_usage";

    MySqlCatalogLoader(SqlAnalyzer analyzer) {
        super(analyzer);
    }

    /** The rights of roles are shown for those roles that are named. */
    @Override
    String showGrants(Statement statement) throws SQLException {
        String[] roles = {""};
        each(statement, "SELECT CURRENT_ROLE()", row -> roles[0] = row.getString(1));
        return roles[0].equals("NONE") ? "SHOW GRANTS" : "SHOW GRANTS FOR CURRENT_USER() USING " + roles[0];
    }

    /** These lists lack what the user may not see, but they do not depend on reading a text. */
    @Override
    void addViewUsage(Statement statement, SnapshotBuilder snapshot, StoredTexts texts) throws SQLException {
        each(statement, TABLES_OF_VIEWS, row -> {
            for (long view : snapshot.find(row.getString(1), row.getString(2))) {
                texts.viewSource(view, snapshot.find(row.getString(3), row.getString(4)));
            }
        });
        each(statement, ROUTINES_OF_VIEWS, row -> {
            for (long view : snapshot.find(row.getString(1), row.getString(2))) {
                snapshot.calls(view, snapshot.routine(row.getString(3)));
            }
        });
    }
}

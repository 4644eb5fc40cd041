package io.lagwise.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a connection, as it must be put back.
 *
 * <p>PostgreSQL has a path of schemas, of which JDBC reads the first and sets the whole.
 */
final class SearchPath {
    private SearchPath() {}

    static @Nullable String of(Connection connection) throws SQLException {
        if (!isPath(connection)) {
            return connection.getSchema();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW search_path")) {
            row.next();
            return row.getString(1);
        }
    }

    static void restore(Connection connection, String before) throws SQLException {
        if (!isPath(connection)) {
            connection.setSchema(before);
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("SELECT set_config('search_path', ?, false)")) {
            statement.setString(1, before);
            statement.executeQuery().close();
        }
    }

    private static boolean isPath(Connection connection) throws SQLException {
        return "PostgreSQL".equals(connection.getMetaData().getDatabaseProductName());
    }
}

package io.lagwise.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Reads the rows of a query one after the other. */
final class Rows {
    private Rows() {}

    static void each(Statement statement, String sql, Row row) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                row.accept(rows);
            }
        }
    }

    /** What is done with each row. */
    @FunctionalInterface
    interface Row {
        void accept(ResultSet row) throws SQLException;
    }
}

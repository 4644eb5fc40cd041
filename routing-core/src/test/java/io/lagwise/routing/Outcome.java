package io.lagwise.routing;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What an application saw of a connection: answers in order, then perhaps a failure. */
record Outcome(List<Object> noted, String failure) {
    static Outcome of(Connection connection, PostgresRouting.Calls calls) {
        List<Object> noted = new ArrayList<>();
        try {
            calls.on(connection, noted);
            return new Outcome(noted, "none");
        } catch (SQLException e) {
            return new Outcome(noted, describe(e));
        }
    }

    /** Returns what an application can tell of a failure. */
    static String describe(SQLException e) {
        String state = e.getSQLState();
        return e instanceof BatchUpdateException batch
                ? "batch " + state + " " + Arrays.toString(batch.getUpdateCounts())
                : String.valueOf(state);
    }
}

package io.lagwise.replication;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * What PostgreSQL shows of transactions that are in the log already.
 *
 * <p>A commit is in the log, and is streamed, before it is visible on the writer: by an instant, or for as long as it waits
 * for a synchronous standby.
 */
public final class Snapshots {
    private static final String VISIBLE =
            """
            SELECT coalesce(bool_and(pg_visible_in_snapshot((n.next - ((n.next - x) & 4294967295))::text::xid8, n.now)), true)
              FROM (SELECT s AS now, pg_snapshot_xmax(s)::text::bigint AS next FROM pg_current_snapshot() s) n,
                   unnest(?::bigint[]) x""";

    private static final String NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

    private static final String OLDEST = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    private Snapshots() {}

    /** Returns whether a statement that begins now sees all these transactions, given by their lower 32 bits. */
    public static boolean show(Connection writer, List<Long> transactions) throws SQLException {
        try (PreparedStatement statement = writer.prepareStatement(VISIBLE)) {
            statement.setArray(1, writer.createArrayOf("bigint", transactions.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Returns an identifier that is above those of all transactions so far. */
    public static long next(Connection writer) throws SQLException {
        return number(writer, NEXT);
    }

    /** Returns an identifier below which all transactions are over. */
    public static long oldest(Connection writer) throws SQLException {
        return number(writer, OLDEST);
    }

    private static long number(Connection writer, String sql) throws SQLException {
        try (Statement statement = writer.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}

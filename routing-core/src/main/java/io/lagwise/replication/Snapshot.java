package io.lagwise.replication;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions PostgreSQL shows to a statement; identifiers are whole ones unless said otherwise.
 *
 * <p>A commit is in the log, and is streamed, before it is visible on the writer: by an instant, or for as long as it waits
 * for a synchronous standby.
 *
 * @param oldest below it all transactions are over
 * @param next from it on none is shown; transactions may be under way that have this identifier or a later one
 * @param underWay those between, and not shown (PostgreSQL manual, "Transaction ID and Snapshot Information Functions")
 */
public record Snapshot(long oldest, long next, Set<Long> underWay) {
    private static final String NOW = "SELECT pg_current_snapshot()";
    private static final String BEGIN = "SELECT pg_current_xact_id()";

    /** Copies the set. */
    public Snapshot {
        underWay = Set.copyOf(underWay);
    }

    /** Returns what a statement sees that begins now. */
    public static Snapshot now(Connection writer) throws SQLException {
        return of(text(writer, NOW));
    }

    /** Takes an identifier, which is above those of all transactions so far. */
    public static long begin(Connection writer) throws SQLException {
        return Long.parseLong(text(writer, BEGIN));
    }

    private static String text(Connection writer, String sql) throws SQLException {
        try (Statement statement = writer.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    static Snapshot of(String text) {
        String[] parts = text.split(":", 3);
        Set<Long> underWay = parts[2].isEmpty()
                ? Set.of()
                : Arrays.stream(parts[2].split(",")).map(Long::valueOf).collect(Collectors.toSet());
        return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), underWay);
    }

    /** Returns whether all these transactions are shown, given by the lower 32 bits of their identifiers. */
    public boolean shows(Collection<Long> transactions) {
        return transactions.stream().map(this::whole).allMatch(this::isShown);
    }

    private boolean isShown(long transaction) {
        return transaction < next && !underWay.contains(transaction);
    }

    /** Returns the nearest one with these bits, as all that matter are within 2^31 of each other. */
    private long whole(long lowerBits) {
        return next + (int) (lowerBits - next);
    }
}

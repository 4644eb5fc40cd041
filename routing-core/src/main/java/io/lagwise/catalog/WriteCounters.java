package io.lagwise.catalog;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells which tables were written since it was last asked, by the counters that PostgreSQL keeps for its statistics.
 *
 * <p>They count rows of anybody, and arrive about a second after a transaction, up to ten after one of a session that then
 * idles (PostgreSQL manual, "The Cumulative Statistics System"). TRUNCATE, REFRESH and whatever else rewrites a table show
 * by its file, at once. Any role may read both. Not thread-safe.
 */
public final class WriteCounters {
    private static final String COUNTERS =
            """
            SELECT n.nspname || '.' || c.relname,
                   coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0),
                   coalesce(pg_relation_filenode(c.oid), 0)
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
             WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'""";

    private record Counter(long rows, long file) {}

    private Map<String, Counter> before = Map.of();
    private boolean begun;

    /** Makes counters that have seen nothing. */
    public WriteCounters() {}

    /**
     * Returns the tables written since the last call; none the first time.
     *
     * @param streamed tables whose rows need not be counted; only that they were rewritten by DDL is in no stream
     */
    public Set<String> written(Connection writer, Set<String> streamed) throws SQLException {
        Map<String, Counter> now = read(writer);
        Set<String> written = new HashSet<>();
        if (begun) {
            now.forEach((table, counter) -> {
                Counter last = before.get(table);
                boolean changed = streamed.contains(table)
                        ? last != null && last.file() != counter.file()
                        : !counter.equals(last);
                if (changed) {
                    written.add(table);
                }
            });
        }
        before = now;
        begun = true;
        return written;
    }

    private static Map<String, Counter> read(Connection writer) throws SQLException {
        Map<String, Counter> counters = new HashMap<>();
        try (Statement statement = writer.createStatement();
                ResultSet rows = statement.executeQuery(COUNTERS)) {
            while (rows.next()) {
                counters.put(rows.getString(1), new Counter(rows.getLong(2), rows.getLong(3)));
            }
        }
        return counters;
    }
}

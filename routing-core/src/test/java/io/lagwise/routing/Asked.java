package io.lagwise.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the statements by which the library asks a server about itself. */
final class Asked {
    private Asked() {}

    /** Returns the rows, or null if it is a statement of the application. */
    static @Nullable List<Object[]> answer(
            RecordingSession session, RecordingServer server, String sql, List<Object> parameters) {
        if (sql.contains("pg_is_in_recovery()")) {
            return List.<Object[]>of(new Object[] {
                server.isRecovering(),
                server.position(),
                server.timeline(),
                1L,
                "system",
                server.name(),
                8192L,
                16L * 1024 * 1024
            });
        }
        if (sql.contains("pg_backend_pid()")) {
            return List.<Object[]>of(new Object[] {session.number() + ":1"});
        }
        if (sql.contains("pg_stat_activity")) {
            int asked = Integer.parseInt(String.valueOf(parameters.get(0)));
            return server.hasSession(asked) ? List.<Object[]>of(new Object[] {1L}) : List.of();
        }
        if (sql.contains("relpersistence")) {
            return server.cluster().tables().stream()
                    .map(table -> new Object[] {(long) table.hashCode(), "public", table, true})
                    .toList();
        }
        boolean ofCatalog = sql.contains("pg_proc") || sql.contains("pg_class") || sql.contains("pg_constraint");
        return ofCatalog || sql.contains("pg_inherits") || sql.contains("pg_trigger") || sql.contains("pg_policy")
                ? List.of()
                : null;
    }
}

package io.lagwise.sql;

import java.util.List;
import java.util.Set;

/**
 * Which relations of a dialect are special by their names.
 *
 * @param catalogSchemas schemas of catalogs
 * @param catalogPrefix what the bare names of catalogs begin with
 * @param writerOnlyPrefixes what the names of relations begin with that hold the state of one server or session
 * @param writerOnly the names of further such relations
 * @param writerOnlySchemas the schemas that hold only such relations
 * @param temporaryPrefix what the names of temporary tables begin with
 * @param mostParts how many parts the name of a table of this server has at most
 * @param noTable what may stand where a table is expected and is none
 * @param systemColumns columns that change without a write
 */
record Relations(
        Set<String> catalogSchemas,
        String catalogPrefix,
        List<String> writerOnlyPrefixes,
        Set<String> writerOnly,
        Set<String> writerOnlySchemas,
        String temporaryPrefix,
        int mostParts,
        Set<String> noTable,
        Set<String> systemColumns) {

    /** What no name begins with. */
    private static final String NOTHING = "\0";

    private static final Relations POSTGRESQL = new Relations(
            Set.of("pg_catalog", "information_schema", "pg_toast"),
            "pg_",
            List.of("pg_stat_", "pg_statio_", "pg_replication_", "pg_largeobject"),
            Set.of(
                    "pg_aios",
                    "pg_backend_memory_contexts",
                    "pg_buffercache",
                    "pg_cursors",
                    "pg_file_settings",
                    "pg_hba_file_rules",
                    "pg_ident_file_mappings",
                    "pg_locks",
                    "pg_prepared_statements",
                    "pg_prepared_xacts",
                    "pg_sequences",
                    "pg_shmem_allocations",
                    "pg_shmem_allocations_numa"),
            Set.of("pg_temp"),
            NOTHING,
            3,
            Set.of(),
            Set.of("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"));

    private static final Relations MYSQL = new Relations(
            Set.of("information_schema", "performance_schema", "mysql", "sys"),
            NOTHING,
            List.of("innodb_"),
            Set.of("processlist", "metadata_lock_info", "global_status", "session_status", "user_statistics"),
            Set.of("performance_schema"),
            NOTHING,
            2,
            Set.of("dual"),
            Set.of());

    private static final Relations SQLSERVER = new Relations(
            Set.of("sys", "information_schema"),
            NOTHING,
            List.of("dm_", "#"),
            Set.of(),
            Set.of(),
            "#",
            3,
            Set.of(),
            Set.of());

    private static final Relations ANSI = new Relations(
            Set.of("information_schema", "sys", "syscat", "sysibm", "system"),
            "v$",
            List.of("v$"),
            Set.of(),
            Set.of(),
            NOTHING,
            3,
            Set.of("dual"),
            Set.of("rowid", "rownum", "ora_rowscn"));

    static Relations of(Dialect dialect) {
        return switch (dialect) {
            case POSTGRESQL -> POSTGRESQL;
            case MYSQL, MARIADB -> MYSQL;
            case SQLSERVER -> SQLSERVER;
            case ANSI -> ANSI;
        };
    }

    boolean isCatalog(TableName table) {
        return table.parts().size() == 1
                ? table.name().startsWith(catalogPrefix)
                : catalogSchemas.contains(schema(table));
    }

    boolean isOnWriterOnly(TableName table) {
        String name = table.name();
        return writerOnlySchemas.contains(schema(table))
                || table.parts().size() > mostParts
                || (isServerState(name) && (name.startsWith(temporaryPrefix) || isCatalog(table)));
    }

    private boolean isServerState(String name) {
        return writerOnly.contains(name) || writerOnlyPrefixes.stream().anyMatch(name::startsWith);
    }

    boolean isTemporary(TableName table) {
        return table.name().startsWith(temporaryPrefix);
    }

    boolean isNoTable(TableName table) {
        return table.parts().size() == 1 && noTable.contains(table.name());
    }

    boolean anySystemColumn(Set<String> identifiers) {
        return systemColumns.stream().anyMatch(identifiers::contains);
    }

    private static String schema(TableName table) {
        List<String> parts = table.parts();
        return parts.size() < 2 ? "" : parts.get(parts.size() - 2);
    }
}

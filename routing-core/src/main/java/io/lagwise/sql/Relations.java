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
 * @param temporarySchemas schemas and name beginnings of temporary tables
 * @param systemColumns columns that change without a write
 */
record Relations(
        Set<String> catalogSchemas,
        String catalogPrefix,
        List<String> writerOnlyPrefixes,
        Set<String> writerOnly,
        Set<String> temporarySchemas,
        Set<String> systemColumns) {

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
            Set.of("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"));

    private static final Relations OTHER =
            new Relations(Set.of("information_schema"), "\0", List.of(), Set.of(), Set.of(), Set.of());

    static Relations of(Dialect dialect) {
        return dialect == Dialect.POSTGRESQL ? POSTGRESQL : OTHER;
    }

    boolean isCatalog(TableName table) {
        return table.parts().size() == 1
                ? table.name().startsWith(catalogPrefix)
                : catalogSchemas.contains(schema(table));
    }

    boolean isOnWriterOnly(TableName table) {
        String name = table.name();
        return writerOnly.contains(name)
                || temporarySchemas.contains(schema(table))
                || writerOnlyPrefixes.stream().anyMatch(name::startsWith);
    }

    boolean anySystemColumn(Set<String> identifiers) {
        return systemColumns.stream().anyMatch(identifiers::contains);
    }

    private static String schema(TableName table) {
        List<String> parts = table.parts();
        return parts.size() < 2 ? "" : parts.get(parts.size() - 2);
    }
}

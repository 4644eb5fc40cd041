package io.lagwise.catalog;

import static io.lagwise.catalog.Rows.each;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the catalog of SQL Server 2016 and later.
 *
 * <p>The server keeps a list of what each view, function and trigger refers to. An entry that it could not resolve, and
 * a module that runs text or whose own text is hidden, may be anything.
 */
final class SqlServerCatalogLoader implements CatalogLoader {
    private static final String MAY_SEE_ALL = "SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DEFINITION')";

    /** A memory-optimised table of durability 1 has no rows on readers. */
    private static final String RELATIONS =
            """
            SELECT o.object_id, s.name, o.name,
                   CASE WHEN o.type = 'V' OR (o.type = 'U' AND t.is_external = 0 AND t.durability = 0) THEN 1 ELSE 0 END
              FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
              LEFT JOIN sys.tables t ON t.object_id = o.object_id
             WHERE o.is_ms_shipped = 0 AND o.type IN ('U', 'V', 'SN', 'SO', 'ET')""";

    /** Of an object in another database the name has no number here. */
    private static final String SYNONYMS =
            """
            SELECT object_id, name,
                   CASE WHEN PARSENAME(base_object_name, 4) IS NULL
                         AND COALESCE(PARSENAME(base_object_name, 3), DB_NAME()) = DB_NAME()
                        THEN OBJECT_ID(base_object_name) END
              FROM sys.synonyms""";

    private static final String MODULES =
            """
            SELECT o.object_id, o.name, o.type, m.definition
              FROM sys.objects o LEFT JOIN sys.sql_modules m ON m.object_id = o.object_id
             WHERE o.is_ms_shipped = 0
               AND o.type IN ('V', 'FN', 'IF', 'TF', 'FS', 'FT', 'AF', 'P', 'PC', 'X', 'RF', 'TR', 'TA')""";

    private static final String DEPENDENCIES =
            """
            SELECT referencing_id, CASE WHEN is_ambiguous = 0 AND is_caller_dependent = 0 THEN referenced_id END
              FROM sys.sql_expression_dependencies
             WHERE referencing_class = 1 AND referenced_class = 1""";

    private static final String TRIGGERS =
            "SELECT parent_id, object_id FROM sys.triggers WHERE parent_class = 1 AND is_disabled = 0";

    private static final String FOREIGN_KEYS =
            """
            SELECT referenced_object_id, parent_object_id FROM sys.foreign_keys
             WHERE delete_referential_action IN (1, 2, 3) OR update_referential_action IN (1, 2, 3)""";

    private static final String HISTORIES =
            "SELECT object_id, history_table_id FROM sys.tables WHERE history_table_id IS NOT NULL";

    private static final String POLICIES =
            """
            SELECT q.target_object_id FROM sys.security_predicates q
              JOIN sys.security_policies p ON p.object_id = q.object_id WHERE p.is_enabled = 1""";

    /** Runs a procedure or a text, or reaches another server. */
    private static final Pattern OPAQUE = Pattern.compile(
            "\\b(exec|execute)\\b(?!\\s+as\\b)|\\b(sp_executesql|openquery|openrowset|opendatasource)\\b",
            Pattern.CASE_INSENSITIVE);

    /** A piece of stored code. */
    private record Module(String name, String type, @Nullable String definition) {
        boolean isOpaque() {
            return definition == null || OPAQUE.matcher(definition).find();
        }

        boolean isFunction() {
            return type.equals("FN") || type.equals("IF") || type.equals("TF");
        }

        boolean isRoutine() {
            return !type.equals("V") && !type.startsWith("T") || type.equals("TF");
        }
    }

    @Override
    public CatalogSnapshot load(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return new Load(statement).run();
        }
    }

    /** The state of one load. */
    private static final class Load {
        private final Statement statement;
        private final SnapshotBuilder snapshot = new SnapshotBuilder();
        private final Map<Long, Module> modules = new HashMap<>();
        /** What an object refers to; null stands for what could not be resolved. */
        private final Map<Long, List<@Nullable Long>> references = new HashMap<>();

        Load(Statement statement) {
            this.statement = statement;
        }

        CatalogSnapshot run() throws SQLException {
            requireSight();
            relations();
            each(statement, MODULES, row -> modules.put(row.getLong(1), module(row)));
            each(statement, DEPENDENCIES, row -> references
                    .computeIfAbsent(row.getLong(1), key -> new ArrayList<>())
                    .add(number(row, 2)));
            routines();
            synonyms();
            references.forEach(this::refer);
            views();
            each(statement, TRIGGERS, row -> trigger(row.getLong(1), row.getLong(2)));
            each(statement, FOREIGN_KEYS, row -> snapshot.writes(row.getLong(1), row.getLong(2)));
            each(statement, HISTORIES, row -> {
                snapshot.reads(row.getLong(1), row.getLong(2));
                snapshot.writes(row.getLong(1), row.getLong(2));
            });
            each(statement, POLICIES, row -> snapshot.calls(row.getLong(1), Routine.READS_ANYTHING));
            return snapshot.build();
        }

        /** Who may not see all sees less without a word. */
        private void requireSight() throws SQLException {
            boolean[] granted = {false};
            each(statement, MAY_SEE_ALL, row -> granted[0] = row.getInt(1) == 1);
            if (!granted[0]) {
                throw new SQLException(
                        "The user may not see all of the catalog; grant it VIEW DEFINITION on the database"
                                + " and SELECT on sys.sql_expression_dependencies");
            }
        }

        private void relations() throws SQLException {
            each(statement, RELATIONS, row -> {
                Relation.Kind kind = row.getInt(4) == 1 ? Relation.Kind.REPLICATED : Relation.Kind.WRITER_ONLY;
                snapshot.add(row.getLong(1), new Relation(row.getString(2), row.getString(3), kind));
            });
        }

        /** Functions cannot write, unless they call something that is not Transact-SQL. */
        private void routines() {
            modules.forEach((number, module) -> {
                if (module.isRoutine()) {
                    snapshot.routine(module.name(), routine(number, module));
                }
            });
        }

        private Routine routine(long number, Module module) {
            if (!module.isFunction() || module.isOpaque()) {
                return Routine.MAY_WRITE;
            }
            boolean refersToNothing = references.getOrDefault(number, List.of()).isEmpty();
            return refersToNothing ? Routine.READS_NOTHING : Routine.READS_ANYTHING;
        }

        private void synonyms() throws SQLException {
            each(statement, SYNONYMS, row -> {
                Long base = number(row, 3);
                Module module = base == null ? null : modules.get(base);
                if (module != null && module.isRoutine()) {
                    snapshot.routine(row.getString(2), snapshot.routine(module.name()));
                } else {
                    source(row.getLong(1), base);
                }
            });
        }

        /** Notes what views and the computed columns of tables refer to. */
        private void refer(Long number, List<@Nullable Long> referenced) {
            if (!snapshot.relations().containsKey(number)) {
                return;
            }
            for (Long each : referenced) {
                Module module = each == null ? null : modules.get(each);
                if (module != null && module.isRoutine()) {
                    snapshot.calls(number, snapshot.routine(module.name()));
                } else {
                    source(number, each);
                }
            }
        }

        /** Notes that a relation gets its rows from another, if it is known from which. */
        private void source(long relation, @Nullable Long source) {
            if (source == null || !snapshot.relations().containsKey(source)) {
                unknownSource(relation);
            } else {
                snapshot.reads(relation, source);
                snapshot.writes(relation, source);
            }
        }

        private void unknownSource(long relation) {
            snapshot.onWriterOnly(relation);
            snapshot.writesUnknown(relation);
        }

        private void views() {
            modules.forEach((number, module) -> {
                if (module.type().equals("V") && module.isOpaque()) {
                    unknownSource(number);
                }
            });
        }

        private void trigger(long table, long trigger) {
            Module module = modules.get(trigger);
            if (module == null || module.isOpaque()) {
                snapshot.writesUnknown(table);
            }
            for (Long each : references.getOrDefault(trigger, List.of())) {
                triggered(table, each);
            }
        }

        private void triggered(long table, @Nullable Long referenced) {
            Module module = referenced == null ? null : modules.get(referenced);
            boolean reading = module != null && module.isFunction() && !module.isOpaque();
            if (referenced != null && snapshot.relations().containsKey(referenced)) {
                snapshot.writes(table, referenced);
            } else if (!reading) {
                snapshot.writesUnknown(table);
            }
        }

        private static Module module(ResultSet row) throws SQLException {
            // The type has two characters, the second of which may be a space.
            return new Module(row.getString(2), row.getString(3).strip(), row.getString(4));
        }

        private static @Nullable Long number(ResultSet row, int column) throws SQLException {
            long number = row.getLong(column);
            return row.wasNull() ? null : number;
        }
    }
}

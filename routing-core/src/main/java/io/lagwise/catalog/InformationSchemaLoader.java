package io.lagwise.catalog;

import static io.lagwise.catalog.Rows.each;

import io.lagwise.sql.SqlAnalyzer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads the catalog of MySQL and MariaDB from their information schema.
 *
 * <p>It shows a user only what the user has rights on. What may be hidden is taken for the worst: a table whose triggers
 * cannot be seen may write anything, one whose foreign keys cannot be seen may be written by anything, a view without its
 * text may do anything.
 */
abstract class InformationSchemaLoader implements CatalogLoader {
    private static final String NOT_OF_THE_SYSTEM =
            " NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')";

    private static final String RELATIONS =
            "SELECT table_schema, table_name, table_type, engine FROM information_schema.tables WHERE table_schema"
                    + NOT_OF_THE_SYSTEM;

    private static final String VIEWS =
            "SELECT table_schema, table_name, view_definition FROM information_schema.views WHERE table_schema"
                    + NOT_OF_THE_SYSTEM;

    private static final String FOREIGN_KEYS =
            """
            SELECT constraint_schema, table_name, unique_constraint_schema, referenced_table_name
              FROM information_schema.referential_constraints
             WHERE delete_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT')
                OR update_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT')""";

    private static final String TRIGGERS =
            """
            SELECT event_object_schema, event_object_table, action_statement, sql_mode
              FROM information_schema.triggers WHERE event_object_schema"""
                    + NOT_OF_THE_SYSTEM;

    private static final String ROUTINES =
            """
            SELECT routine_name, routine_type, sql_data_access
              FROM information_schema.routines WHERE routine_schema"""
                    + NOT_OF_THE_SYSTEM;

    /**
     * Engines that keep the rows of a table in this server and of which readers have the same rows.
     *
     * <p>The others, such as FEDERATED, CONNECT, SPIDER and MERGE, have them elsewhere, be it in other tables of this
     * server.
     */
    private static final Set<String> REPLICATED_ENGINES =
            Set.of("INNODB", "ARIA", "MYISAM", "ROCKSDB", "TOKUDB", "ARCHIVE", "CSV", "NDBCLUSTER");

    /** BLACKHOLE keeps no rows, but its readers may; MEMORY loses them on the one server that restarts. */
    private static final Set<String> UNEQUAL_ENGINES = Set.of("BLACKHOLE", "MEMORY");

    private final SqlAnalyzer analyzer;

    InformationSchemaLoader(SqlAnalyzer analyzer) {
        this.analyzer = analyzer;
    }

    /** Returns the statement that prints the privileges of the user and its roles. */
    abstract String showGrants(Statement statement) throws SQLException;

    /** Adds what only one of the databases knows of its views. */
    abstract void addViewUsage(Statement statement, SnapshotBuilder snapshot, StoredTexts texts) throws SQLException;

    /** The session's mode decides how names are quoted in the texts that the server prints. */
    @Override
    public final CatalogSnapshot load(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String[] mode = {""};
            each(statement, "SELECT @@SESSION.sql_mode", row -> mode[0] = row.getString(1));
            statement.execute("SET SESSION sql_mode = ''");
            try {
                return load(statement);
            } finally {
                statement.execute("SET SESSION sql_mode = '" + mode[0] + "'");
            }
        }
    }

    private CatalogSnapshot load(Statement statement) throws SQLException {
        SnapshotBuilder snapshot = new SnapshotBuilder();
        StoredTexts texts = new StoredTexts(analyzer, snapshot);
        relations(statement, snapshot);
        routines(statement, snapshot);
        hidden(grants(statement), snapshot);
        foreignKeys(statement, snapshot);
        each(statement, VIEWS, row -> {
            for (long view : snapshot.find(row.getString(1), row.getString(2))) {
                texts.view(view, row.getString(1), String.valueOf(row.getString(3)));
            }
        });
        addViewUsage(statement, snapshot, texts);
        each(statement, TRIGGERS, row -> {
            for (long table : snapshot.find(row.getString(1), row.getString(2))) {
                texts.trigger(table, row.getString(1), row.getString(3), row.getString(4));
            }
        });
        return snapshot.build();
    }

    private static void relations(Statement statement, SnapshotBuilder snapshot) throws SQLException {
        List<Relation> relations = new ArrayList<>();
        Set<Relation> elsewhere = new HashSet<>();
        each(statement, RELATIONS, row -> {
            Place place = Place.of(row.getString(3), String.valueOf(row.getString(4)));
            Relation.Kind kind = place == Place.ALL_SERVERS ? Relation.Kind.REPLICATED : Relation.Kind.WRITER_ONLY;
            Relation relation = new Relation(row.getString(1), row.getString(2), kind);
            relations.add(relation);
            if (place == Place.ELSEWHERE) {
                elsewhere.add(relation);
            }
        });
        snapshot.addAll(relations);
        snapshot.relations().forEach((number, relation) -> {
            if (elsewhere.contains(relation)) {
                snapshot.writesUnknown(number);
            }
        });
    }

    /** Where a relation has its rows. */
    private enum Place {
        ALL_SERVERS,
        WRITER,
        ELSEWHERE;

        static Place of(String type, String engine) {
            return switch (type) {
                case "VIEW" -> ALL_SERVERS;
                case "BASE TABLE", "SYSTEM VERSIONED" -> ofEngine(engine.toUpperCase(Locale.ROOT));
                default -> WRITER;
            };
        }

        private static Place ofEngine(String engine) {
            if (UNEQUAL_ENGINES.contains(engine)) {
                return WRITER;
            }
            return REPLICATED_ENGINES.contains(engine) ? ALL_SERVERS : ELSEWHERE;
        }
    }

    /** What a routine does is what its author has declared; nobody checks it, and {@code CONTAINS SQL} is the default. */
    private static void routines(Statement statement, SnapshotBuilder snapshot) throws SQLException {
        each(statement, ROUTINES, row -> {
            boolean function = row.getString(2).equals("FUNCTION");
            Routine declared =
                    switch (row.getString(3)) {
                        case "NO SQL" -> Routine.READS_NOTHING;
                        case "READS SQL DATA" -> Routine.READS_ANYTHING;
                        default -> Routine.MAY_WRITE;
                    };
            snapshot.routine(row.getString(1), function ? declared : Routine.MAY_WRITE);
        });
    }

    private Grants grants(Statement statement) throws SQLException {
        Grants grants = new Grants();
        each(statement, showGrants(statement), row -> grants.add(row.getString(1)));
        return grants;
    }

    private static void hidden(Grants grants, SnapshotBuilder snapshot) {
        snapshot.relations().forEach((number, relation) -> {
            if (!grants.showTriggers(relation.schema(), relation.name())) {
                snapshot.writesUnknown(number);
            }
            if (!grants.showForeignKeys(relation.schema(), relation.name())) {
                snapshot.calls(number, Routine.READS_ANYTHING);
            }
        });
    }

    private static void foreignKeys(Statement statement, SnapshotBuilder snapshot) throws SQLException {
        each(statement, FOREIGN_KEYS, row -> {
            List<Long> parents = snapshot.find(row.getString(3), row.getString(4));
            for (long child : snapshot.find(row.getString(1), row.getString(2))) {
                if (parents.isEmpty()) {
                    snapshot.calls(child, Routine.READS_ANYTHING);
                }
                parents.forEach(parent -> snapshot.writes(parent, child));
            }
        });
    }
}

package io.lagwise.catalog;

import static io.lagwise.catalog.Rows.each;

import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import io.lagwise.sql.SqlAnalyzer;
import io.lagwise.sql.StatementProfile;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads the catalog of PostgreSQL 14 and later, in one snapshot, with the rights of any role.
 *
 * <p>What {@code pg_depend} does not record is covered otherwise: calls of built-in functions within a view by analysing
 * the view's text, bodies of routines by their volatility.
 */
final class PostgresCatalogLoader implements CatalogLoader {
    private static final String RELATIONS =
            """
            SELECT c.oid::bigint, n.nspname, c.relname,
                   c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence = 'p'
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
               AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'""";

    /** A materialised view is a leaf: it changes when it is refreshed. */
    private static final String VIEW_SOURCES =
            """
            SELECT DISTINCT r.ev_class::bigint, d.refobjid::bigint
              FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
              JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
             WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class""";

    private static final String POLICY_SOURCES =
            """
            SELECT DISTINCT p.polrelid::bigint, d.refobjid::bigint
              FROM pg_policy p JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
             WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> p.polrelid""";

    private static final String CHILDREN = "SELECT inhparent::bigint, inhrelid::bigint FROM pg_inherits";

    private static final String FOREIGN_KEYS =
            """
            SELECT confrelid::bigint, conrelid::bigint,
                   confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd')
              FROM pg_constraint WHERE contype = 'f'""";

    /** Built-in trigger functions only change the row at hand. */
    private static final String OPAQUE_WRITES =
            """
            SELECT tgrelid::bigint FROM pg_trigger
             WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgfoid >= 16384
            UNION SELECT ev_class::bigint FROM pg_rewrite WHERE rulename <> '_RETURN'
            UNION SELECT coalesce(a.adrelid, c.conrelid)::bigint
              FROM pg_depend d JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
              LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid
              LEFT JOIN pg_constraint c ON d.classid = 'pg_constraint'::regclass AND c.oid = d.objid
             WHERE p.oid >= 16384 AND p.provolatile = 'v' AND coalesce(a.adrelid, c.conrelid) <> 0""";

    private static final String ROUTINES =
            """
            SELECT lower(p.proname), p.prokind = 'p',
                   CASE WHEN p.prokind <> 'a' THEN p.provolatile::text
                        ELSE (SELECT max(CASE f.provolatile WHEN 'v' THEN 'v' WHEN 's' THEN 's' ELSE 'i' END)
                                FROM pg_aggregate a JOIN pg_proc f
                                  ON f.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggmfinalfn)
                               WHERE a.aggfnoid = p.oid) END
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')""";

    private static final String VOLATILE_FUNCTIONS =
            """
            SELECT DISTINCT lower(p.proname)
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
               AND p.prokind = 'f' AND p.provolatile = 'v'
               AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)""";

    /**
     * Names of routines whose bodies were analysed when they were made, which write nothing and call nothing of the user's,
     * with the tables that they depend on.
     */
    private static final String ROUTINE_READS =
            """
            WITH known AS (
              SELECT p.oid, lower(p.proname) AS name, d.refobjid
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                     AND d.refclassid = 'pg_class'::regclass
               WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
                 AND p.prokind = 'f' AND p.provolatile IN ('i', 's') AND p.prosqlbody IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM pg_depend f WHERE f.classid = 'pg_proc'::regclass AND f.objid = p.oid
                                    AND f.refclassid = 'pg_proc'::regclass))
            SELECT k.name, k.refobjid::bigint FROM known k
             WHERE NOT EXISTS (SELECT 1 FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace
                                WHERE lower(o.proname) = k.name AND o.oid NOT IN (SELECT oid FROM known)
                                  AND n.nspname NOT IN ('pg_catalog', 'information_schema'))""";

    private static final String ROUTINES_OF_READS =
            """
            SELECT coalesce(r.ev_class, q.polrelid)::bigint, p.provolatile::text
              FROM pg_depend d JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
              LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
              LEFT JOIN pg_policy q ON d.classid = 'pg_policy'::regclass AND q.oid = d.objid
             WHERE p.oid >= 16384 AND coalesce(r.ev_class, q.polrelid) IS NOT NULL""";

    private static final String VIEW_TEXTS =
            """
            SELECT c.oid::bigint, pg_get_viewdef(c.oid)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'v' AND n.nspname NOT IN ('pg_catalog', 'information_schema')""";

    private static final String ROW_SECURITY = "SELECT oid::bigint FROM pg_class WHERE relrowsecurity";

    /** Routines that a statement calls without naming them; a stable one in C does not read tables in practice. */
    private static final String EVERYWHERE =
            """
            SELECT DISTINCT p.provolatile::text
              FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
             WHERE p.oid >= 16384 AND (p.provolatile = 'v' OR (p.provolatile = 's' AND l.lanname NOT IN ('c', 'internal')))
               AND (EXISTS (SELECT 1 FROM pg_operator o WHERE o.oprcode = p.oid)
                 OR EXISTS (SELECT 1 FROM pg_cast c WHERE c.castfunc = p.oid)
                 OR EXISTS (SELECT 1 FROM pg_depend d JOIN pg_constraint k
                                ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid AND k.contypid <> 0
                             WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid))""";

    private final SqlAnalyzer analyzer;

    PostgresCatalogLoader(SqlAnalyzer analyzer) {
        this.analyzer = analyzer;
    }

    @Override
    public CatalogSnapshot load(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            CatalogSnapshot loaded = load(statement);
            connection.commit();
            return loaded;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private CatalogSnapshot load(Statement statement) throws SQLException {
        Map<Long, Set<Long>> reads = new HashMap<>();
        Map<Long, Set<Long>> writes = new HashMap<>();
        Map<Long, Set<Long>> truncates = new HashMap<>();
        each(statement, VIEW_SOURCES, row -> {
            add(reads, row.getLong(1), row.getLong(2));
            add(writes, row.getLong(1), row.getLong(2));
        });
        each(statement, POLICY_SOURCES, row -> add(reads, row.getLong(1), row.getLong(2)));
        each(statement, CHILDREN, row -> {
            add(reads, row.getLong(1), row.getLong(2));
            add(writes, row.getLong(1), row.getLong(2));
        });
        each(
                statement,
                FOREIGN_KEYS,
                row -> add(row.getBoolean(3) ? writes : truncates, row.getLong(1), row.getLong(2)));
        Set<Long> opaque = new HashSet<>();
        each(statement, OPAQUE_WRITES, row -> opaque.add(row.getLong(1)));
        Set<String> volatileFunctions = new HashSet<>();
        each(statement, VOLATILE_FUNCTIONS, row -> volatileFunctions.add(row.getString(1)));
        Map<Long, CacheReason> uncacheable = new HashMap<>();
        each(statement, ROW_SECURITY, row -> uncacheable.put(row.getLong(1), CacheReason.ROW_SECURITY));
        return new CatalogSnapshot(
                relations(statement),
                reads,
                writes,
                truncates,
                opaque,
                routines(statement),
                routineReads(statement),
                routinesOfReads(statement, uncacheable),
                uncacheable,
                volatileFunctions,
                everywhere(statement));
    }

    private static Map<Long, Relation> relations(Statement statement) throws SQLException {
        Map<Long, Relation> relations = new HashMap<>();
        each(statement, RELATIONS, row -> {
            Relation.Kind kind = row.getBoolean(4) ? Relation.Kind.REPLICATED : Relation.Kind.WRITER_ONLY;
            relations.put(row.getLong(1), new Relation(row.getString(2), row.getString(3), kind));
        });
        return relations;
    }

    private static Map<String, Routine> routines(Statement statement) throws SQLException {
        Map<String, Routine> routines = new HashMap<>();
        each(statement, ROUTINES, row -> {
            Routine routine = row.getBoolean(2) ? Routine.MAY_WRITE : ofVolatility(row.getString(3));
            routines.merge(row.getString(1), routine, Routine::or);
        });
        return routines;
    }

    private static Map<String, Set<Long>> routineReads(Statement statement) throws SQLException {
        Map<String, Set<Long>> reads = new HashMap<>();
        each(statement, ROUTINE_READS, row -> {
            Set<Long> tables = reads.computeIfAbsent(row.getString(1), name -> new HashSet<>());
            long table = row.getLong(2);
            if (!row.wasNull()) {
                tables.add(table);
            }
        });
        return reads;
    }

    private Map<Long, Routine> routinesOfReads(Statement statement, Map<Long, CacheReason> uncacheable)
            throws SQLException {
        Map<Long, Routine> routines = new HashMap<>();
        each(
                statement,
                ROUTINES_OF_READS,
                row -> routines.merge(row.getLong(1), ofVolatility(row.getString(2)), Routine::or));
        each(statement, VIEW_TEXTS, row -> {
            StatementProfile view = analyzer.analyze(row.getString(2));
            if (!view.cacheable()) {
                uncacheable.put(row.getLong(1), CacheReason.VOLATILE_VIEW);
            }
            RouteReason reason = view.reason();
            if (reason != RouteReason.READ_ONLY && reason != RouteReason.UNKNOWN_ROUTINE) {
                routines.put(row.getLong(1), Routine.MAY_WRITE);
            }
        });
        return routines;
    }

    private static Routine everywhere(Statement statement) throws SQLException {
        Set<Routine> routines = new HashSet<>();
        each(statement, EVERYWHERE, row -> routines.add(ofVolatility(row.getString(1))));
        return routines.stream().reduce(Routine.READS_NOTHING, Routine::or);
    }

    private static Routine ofVolatility(String volatility) {
        return switch (volatility) {
            case "i" -> Routine.READS_NOTHING;
            case "s" -> Routine.READS_ANYTHING;
            default -> Routine.MAY_WRITE;
        };
    }

    private static void add(Map<Long, Set<Long>> edges, long from, long to) {
        edges.computeIfAbsent(from, key -> new HashSet<>()).add(to);
    }
}

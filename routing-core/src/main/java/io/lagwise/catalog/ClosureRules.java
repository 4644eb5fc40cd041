package io.lagwise.catalog;

import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import io.lagwise.spi.TableLedger;
import io.lagwise.sql.StatementProfile;
import io.lagwise.sql.TableName;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Turns a profile into a closure, by one snapshot of the catalog.
 *
 * <p>Every identifier of the text that names a relation counts as read, unless it is known which of them are tables, and
 * every one that names a user's routine as called, wherever it stands: PostgreSQL lets {@code t.f} mean {@code f(t)}.
 */
final class ClosureRules {
    /** Who names the tables of a routine says that it answers alike while they are not written. */
    private static final Set<CacheReason> DECLARABLE =
            EnumSet.of(CacheReason.CACHEABLE, CacheReason.UNKNOWN_TABLES, CacheReason.UNKNOWN_ROUTINE);

    private static final Set<RouteReason> CHANGING_CATALOG = EnumSet.of(
            RouteReason.CHANGES_SCHEMA,
            RouteReason.UNKNOWN_STATEMENT,
            RouteReason.CALLS_PROCEDURE,
            RouteReason.SEVERAL_STATEMENTS);

    private final CatalogSnapshot catalog;
    private final DeclaredRoutines declared;
    private final Map<String, List<Long>> byName;

    ClosureRules(CatalogSnapshot catalog, DeclaredRoutines declared) {
        this.catalog = catalog;
        this.declared = declared;
        this.byName = catalog.byName();
    }

    Closure apply(StatementProfile profile, Precision precision) {
        boolean mayRead = profile.readOnly() || profile.reason() == RouteReason.UNKNOWN_ROUTINE;
        return mayRead ? read(profile, precision) : write(profile);
    }

    private Closure read(StatementProfile profile, Precision precision) {
        Routine called = routinesOf(profile);
        if (!profile.routines().stream().allMatch(this::isKnown)) {
            return onWriter(RouteReason.UNKNOWN_ROUTINE, routines(profile, routine -> !isKnown(routine)));
        }
        if (called == Routine.MAY_WRITE) {
            return onWriter(RouteReason.VOLATILE_ROUTINE, volatileOnes(profile));
        }
        List<RoutineTables> said = declared.in(profile);
        Set<TableName> written = DeclaredRoutines.writes(said);
        if (!written.isEmpty()) {
            return writing(profile, written);
        }
        if (!profile.named().stream().allMatch(this::isRelation)) {
            return reading(RouteReason.UNKNOWN_RELATION, Set.of(TableLedger.ANYTHING));
        }
        Set<Long> sources = precision == Precision.NAMED_TABLES ? named(profile) : mentioned(profile);
        Set<TableName> readUnseen = DeclaredRoutines.reads(said);
        readUnseen.forEach(name -> sources.addAll(relationsCalled(name)));
        profile.identifiers().stream()
                .filter(name -> !declared.contains(name))
                .forEach(name -> sources.addAll(catalog.routineReads().getOrDefault(name, Set.of())));
        Map<Long, Long> relations = CatalogSnapshot.closure(sources, List.of(catalog.reads()));
        Routine within = relations.keySet().stream()
                .map(relation -> catalog.routinesOfReads().getOrDefault(relation, Routine.READS_NOTHING))
                .reduce(called, Routine::or);
        if (within == Routine.MAY_WRITE) {
            return onWriter(RouteReason.VOLATILE_ROUTINE, Set.of());
        }
        Set<String> tables = names(relations.keySet());
        if (!readUnseen.stream().allMatch(this::knows)) {
            tables.add(TableLedger.ANYTHING);
        }
        if (within == Routine.READS_ANYTHING || profile.reads().contains(TableName.ANY) && profile.readOnly()) {
            tables.add(TableLedger.ANYTHING);
        }
        boolean everywhere = relations.keySet().stream().noneMatch(this::isWriterOnly);
        RouteReason reason = everywhere ? RouteReason.READ_ONLY : RouteReason.WRITER_ONLY_RELATION;
        CacheReason cacheable = everywhere ? cacheable(profile, relations.keySet(), tables) : CacheReason.NOT_A_READ;
        return new Closure(reason, tables, Set.of(), explain(relations, "read"), false, cacheable, Set.of());
    }

    private CacheReason cacheable(StatementProfile profile, Set<Long> relations, Set<String> tables) {
        if (tables.isEmpty()) {
            return CacheReason.NO_TABLE;
        }
        if (!profile.repeatable()) {
            return CacheReason.NOT_REPEATABLE;
        }
        CacheReason ofRelations = cacheable(relations);
        if (ofRelations != CacheReason.CACHEABLE) {
            return ofRelations;
        }
        if (tables.contains(TableLedger.ANYTHING)) {
            return CacheReason.UNKNOWN_TABLES;
        }
        return profile.cacheable() ? CacheReason.CACHEABLE : CacheReason.UNKNOWN_ROUTINE;
    }

    private CacheReason cacheable(Set<Long> relations) {
        return relations.stream()
                .map(catalog.uncacheable()::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(CacheReason.CACHEABLE);
    }

    private static Closure reading(RouteReason reason, Set<String> tables) {
        return Closure.of(reason, tables, Set.of(), false);
    }

    /** The statement looked like a read but may write: whatever it writes is not known. */
    private static Closure onWriter(RouteReason reason, Set<String> routines) {
        return Closure.of(reason, Set.of(TableLedger.ANYTHING), Set.of(TableLedger.UNKNOWN), false)
                .because(routines);
    }

    /** The statement looked like a read but calls what is declared to write these. */
    private Closure writing(StatementProfile profile, Set<TableName> written) {
        return new Closure(
                RouteReason.VOLATILE_ROUTINE,
                Set.of(TableLedger.ANYTHING),
                touchedBy(written),
                Map.of(),
                false,
                CacheReason.NOT_A_READ,
                routines(profile, routine -> declared.contains(routine.name())));
    }

    Set<String> writes(Set<String> tables) {
        Set<TableName> names = new LinkedHashSet<>();
        for (String table : tables) {
            TableName name = TableName.of(table.split("\\."));
            if (!knows(name)) {
                throw new IllegalArgumentException("There is no table " + table + "; give names as in the database");
            }
            names.add(name);
        }
        return touchedBy(names);
    }

    /** Returns what is touched by writes of tables that somebody declared. */
    private Set<String> touchedBy(Set<TableName> declaredTables) {
        Set<Long> targets = new LinkedHashSet<>();
        declaredTables.forEach(name -> targets.addAll(relationsCalled(name)));
        Map<Long, Long> touched = CatalogSnapshot.closure(targets, List.of(catalog.writes(), catalog.truncates()));
        Set<String> written = names(touched.keySet());
        if (!declaredTables.stream().allMatch(this::knows)
                || touched.keySet().stream().anyMatch(catalog.opaqueWrites()::contains)) {
            written.add(TableLedger.UNKNOWN);
        }
        return written;
    }

    /** Returns whether the name is that of a relation. */
    boolean knows(TableName name) {
        return !relationsCalled(name).isEmpty();
    }

    private static Set<String> routines(StatementProfile profile, Predicate<TableName> which) {
        return profile.routines().stream()
                .filter(which)
                .map(TableName::toString)
                .collect(Collectors.toSet());
    }

    private Set<String> volatileOnes(StatementProfile profile) {
        return profile.identifiers().stream()
                .filter(name -> !declared.contains(name) && catalog.routines().get(name) == Routine.MAY_WRITE)
                .collect(Collectors.toSet());
    }

    private Closure write(StatementProfile profile) {
        RoutineTables procedure = profile.reason() == RouteReason.CALLS_PROCEDURE ? declared.called(profile) : null;
        if (procedure != null && routinesOf(profile) != Routine.MAY_WRITE) {
            return Closure.of(
                    profile.reason(),
                    Set.of(TableLedger.ANYTHING),
                    touchedBy(DeclaredRoutines.writes(List.of(procedure))),
                    false);
        }
        Set<String> written = new LinkedHashSet<>();
        Set<Long> targets = new LinkedHashSet<>();
        for (TableName name : profile.writes()) {
            List<Long> named = relationsCalled(name);
            if (name.equals(TableName.ANY) || (named.isEmpty() && !makesTemporary(profile))) {
                written.add(TableLedger.UNKNOWN);
            }
            targets.addAll(named);
        }
        Map<Long, Long> touched = CatalogSnapshot.closure(targets, writeEdges(profile));
        written.addAll(names(touched.keySet()));
        if (touched.keySet().stream().anyMatch(catalog.opaqueWrites()::contains)
                || routinesOf(profile) == Routine.MAY_WRITE) {
            written.add(TableLedger.UNKNOWN);
        }
        boolean changesCatalog = changesCatalog(profile);
        if (changesCatalog) {
            written.add(TableLedger.UNKNOWN);
            written.add(TableLedger.CATALOG);
        }
        return new Closure(
                profile.reason(),
                Set.of(TableLedger.ANYTHING),
                written,
                explain(touched, "written"),
                changesCatalog,
                CacheReason.NOT_A_READ,
                Set.of());
    }

    /** Returns the relations that a written name can mean: of its schema if it has one, else all so called. */
    private List<Long> relationsCalled(TableName name) {
        List<Long> called = byName.getOrDefault(name.name(), List.of());
        if (name.parts().size() < 2) {
            return called;
        }
        String schema = name.parts().get(name.parts().size() - 2);
        return called.stream()
                .filter(relation -> relation(relation).schema().equalsIgnoreCase(schema))
                .toList();
    }

    private Relation relation(Long id) {
        return Objects.requireNonNull(catalog.relations().get(id), "a relation by name is a relation");
    }

    private Map<String, String> explain(Map<Long, Long> reached, String verb) {
        Map<String, String> because = new HashMap<>();
        reached.forEach((id, through) -> {
            Relation relation = catalog.relations().get(id);
            Relation source = catalog.relations().get(through);
            if (relation != null && source != null && !id.equals(through)) {
                because.put(relation.qualifiedName(), verb + " through " + source.qualifiedName());
            }
        });
        return because;
    }

    static boolean changesCatalog(StatementProfile profile) {
        return CHANGING_CATALOG.contains(profile.reason()) && !makesTemporary(profile);
    }

    /** Returns whether the statement makes a temporary relation, which only its own session can see. */
    private static boolean makesTemporary(StatementProfile profile) {
        String shape = profile.shape().toLowerCase(Locale.ROOT);
        return profile.reason() == RouteReason.CHANGES_SCHEMA
                && (shape.startsWith("create temp ") || shape.startsWith("create temporary "));
    }

    private List<Map<Long, Set<Long>>> writeEdges(StatementProfile profile) {
        return profile.identifiers().contains("cascade")
                ? List.of(catalog.writes(), catalog.truncates())
                : List.of(catalog.writes());
    }

    private Routine routinesOf(StatementProfile profile) {
        return profile.identifiers().stream()
                .filter(name ->
                        !declared.contains(name) && !catalog.routineReads().containsKey(name))
                .map(name -> catalog.routines().getOrDefault(name, Routine.READS_NOTHING))
                .reduce(catalog.everywhere(), Routine::or);
    }

    private boolean isKnown(TableName routine) {
        return declared.contains(routine.name()) || catalog.routines().containsKey(routine.name());
    }

    private boolean isRelation(TableName name) {
        return !relationsCalled(name).isEmpty() && !isSystem(name);
    }

    private static boolean isSystem(TableName name) {
        return name.parts().size() > 1
                && List.of("pg_catalog", "information_schema")
                        .contains(name.parts().get(name.parts().size() - 2));
    }

    private boolean isWriterOnly(Long relation) {
        Relation known = catalog.relations().get(relation);
        return known == null || known.kind() == Relation.Kind.WRITER_ONLY;
    }

    Closure declare(Closure closure, Set<String> tables) {
        Set<Long> sources = new LinkedHashSet<>();
        boolean allKnown = true;
        for (String table : tables) {
            List<Long> called = relationsCalled(TableName.of(table.split("\\.")));
            allKnown &= !called.isEmpty();
            sources.addAll(called);
        }
        Set<Long> relations =
                CatalogSnapshot.closure(sources, List.of(catalog.reads())).keySet();
        CacheReason ofRelations = cacheable(relations);
        CacheReason cacheable = DECLARABLE.contains(closure.cacheable()) ? ofRelations : closure.cacheable();
        Set<String> reads = new LinkedHashSet<>(closure.reads());
        reads.addAll(names(relations));
        if (!allKnown) {
            reads.add(TableLedger.ANYTHING);
            cacheable = CacheReason.UNKNOWN_TABLES;
        } else if (cacheable == CacheReason.CACHEABLE) {
            reads.remove(TableLedger.ANYTHING);
        }
        return closure.reading(reads, cacheable);
    }

    private Set<Long> named(StatementProfile profile) {
        Set<Long> relations = new LinkedHashSet<>();
        profile.named().forEach(name -> relations.addAll(relationsCalled(name)));
        return relations;
    }

    private Set<Long> mentioned(StatementProfile profile) {
        Set<Long> relations = new LinkedHashSet<>();
        for (String identifier : profile.identifiers()) {
            relations.addAll(byName.getOrDefault(identifier.toLowerCase(Locale.ROOT), List.of()));
        }
        profile.named().forEach(name -> relations.addAll(byName.getOrDefault(name.name(), List.of())));
        return relations;
    }

    private Set<String> names(Collection<Long> relations) {
        Set<String> names = new LinkedHashSet<>();
        for (Long id : relations) {
            Relation relation = catalog.relations().get(id);
            names.add(relation == null ? TableLedger.ANYTHING : relation.qualifiedName());
        }
        return names;
    }
}

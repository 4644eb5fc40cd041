package io.lagwise.catalog;

import io.lagwise.CacheReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Collects a snapshot, whose relations must be added before what relates them. */
final class SnapshotBuilder {
    private final Map<Long, Relation> relations = new HashMap<>();
    private final Map<String, List<Long>> byQualifiedName = new HashMap<>();
    private final Map<Long, Set<Long>> reads = new HashMap<>();
    private final Map<Long, Set<Long>> writes = new HashMap<>();
    private final Set<Long> opaqueWrites = new HashSet<>();
    private final Map<String, Routine> routines = new HashMap<>();
    private final Map<Long, Routine> routinesOfReads = new HashMap<>();
    private final Map<Long, CacheReason> uncacheable = new HashMap<>();

    /** Adds relations of a database that does not number them; equal ones get equal numbers each time. */
    void addAll(Collection<Relation> unnumbered) {
        TreeMap<String, Relation> sorted = new TreeMap<>();
        unnumbered.forEach(relation -> sorted.put(relation.schema() + '\0' + relation.name(), relation));
        long number = 0;
        for (Relation relation : sorted.values()) {
            add(++number, relation);
        }
    }

    void add(long number, Relation relation) {
        relations.put(number, relation);
        byQualifiedName
                .computeIfAbsent(key(relation.schema(), relation.name()), key -> new ArrayList<>())
                .add(number);
    }

    /** Returns the relations so called, which are several where names differ in case only. */
    List<Long> find(String schema, String name) {
        return byQualifiedName.getOrDefault(key(schema, name), List.of());
    }

    Map<Long, Relation> relations() {
        return Map.copyOf(relations);
    }

    /** Notes that reading the one reads the other. */
    void reads(long relation, long other) {
        if (relation != other) {
            reads.computeIfAbsent(relation, key -> new HashSet<>()).add(other);
        }
    }

    /** Notes that writing the one writes the other. */
    void writes(long relation, long other) {
        if (relation != other) {
            writes.computeIfAbsent(relation, key -> new HashSet<>()).add(other);
        }
    }

    /** Notes that a write does more than is known. */
    void writesUnknown(long relation) {
        opaqueWrites.add(relation);
    }

    /** Notes that the relation cannot be read on a reader. */
    void onWriterOnly(long relation) {
        relations.computeIfPresent(
                relation, (number, known) -> new Relation(known.schema(), known.name(), Relation.Kind.WRITER_ONLY));
    }

    /** Notes what reading the relation calls. */
    void calls(long relation, Routine routine) {
        routinesOfReads.merge(relation, routine, Routine::or);
    }

    /** Notes that results which hold the relation's rows cannot be kept. */
    void uncacheable(long relation, CacheReason reason) {
        uncacheable.putIfAbsent(relation, reason);
    }

    void routine(String name, Routine routine) {
        routines.merge(name.toLowerCase(Locale.ROOT), routine, Routine::or);
    }

    /** Returns what the routines of that name can do; what is not known may write. */
    Routine routine(String name) {
        return routines.getOrDefault(name.toLowerCase(Locale.ROOT), Routine.MAY_WRITE);
    }

    CatalogSnapshot build() {
        return new CatalogSnapshot(
                relations,
                reads,
                writes,
                Map.of(),
                opaqueWrites,
                routines,
                Map.of(),
                routinesOfReads,
                uncacheable,
                Set.of(),
                Routine.READS_NOTHING);
    }

    private static String key(String schema, String name) {
        return (schema + '\0' + name).toLowerCase(Locale.ROOT);
    }
}

package io.lagwise.catalog;

import io.lagwise.CacheReason;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the database said of its relations and routines at one moment.
 *
 * <p>Names are matched without case and without schema: a name stands for every relation so called. That can only add
 * dependencies, and holds whatever a session's search path is.
 *
 * @param relations every relation outside the system schemas, by its number
 * @param reads relations that reading a relation also reads: of a view its sources, of a parent its children
 * @param writes relations that writing a relation also writes: foreign-key actions, children, a view's sources;
 *     not its parents, which are read together with their children
 * @param truncates further relations that TRUNCATE or DROP with CASCADE reaches from a relation
 * @param opaqueWrites relations of which a write runs code that is not understood: triggers, rules, defaults
 * @param routines user-defined routines by lower-case name
 * @param routineReads what routines read of which the database knows it for all of the name; these only read
 * @param routinesOfReads what reading a relation calls: of views, policies and the like
 * @param uncacheable relations whose rows may change, or differ by who asks, though no table was written
 * @param volatileFunctions functions, but for triggers, that the database takes to write
 * @param everywhere what any statement may call unseen: routines behind operators, casts and domains
 */
record CatalogSnapshot(
        Map<Long, Relation> relations,
        Map<Long, Set<Long>> reads,
        Map<Long, Set<Long>> writes,
        Map<Long, Set<Long>> truncates,
        Set<Long> opaqueWrites,
        Map<String, Routine> routines,
        Map<String, Set<Long>> routineReads,
        Map<Long, Routine> routinesOfReads,
        Map<Long, CacheReason> uncacheable,
        Set<String> volatileFunctions,
        Routine everywhere) {

    /** Returns the relations so called, in whatever schema. */
    Map<String, List<Long>> byName() {
        Map<String, List<Long>> byName = new HashMap<>();
        relations.forEach((id, relation) -> byName.merge(
                relation.name().toLowerCase(Locale.ROOT), List.of(id), (left, right) -> java.util.stream.Stream.concat(
                                left.stream(), right.stream())
                        .toList()));
        return byName;
    }

    /**
     * Returns these relations and all that can be reached from them.
     *
     * @return for each the relation through which it was reached; itself if it was given
     */
    static Map<Long, Long> closure(Collection<Long> from, List<Map<Long, Set<Long>>> edges) {
        Map<Long, Long> reached = new LinkedHashMap<>();
        from.forEach(relation -> reached.put(relation, relation));
        Deque<Long> open = new ArrayDeque<>(from);
        for (Long next = open.poll(); next != null; next = open.poll()) {
            for (Map<Long, Set<Long>> edge : edges) {
                for (Long target : edge.getOrDefault(next, Set.of())) {
                    if (reached.putIfAbsent(target, next) == null) {
                        open.add(target);
                    }
                }
            }
        }
        return reached;
    }
}

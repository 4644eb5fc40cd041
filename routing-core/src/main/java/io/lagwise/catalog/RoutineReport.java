package io.lagwise.catalog;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which functions cost offload, and what can be done about it, whenever that changes. */
final class RoutineReport {
    private static final Logger log = LoggerFactory.getLogger(RoutineReport.class);

    private List<String> told = List.of();
    private List<String> unknownTold = List.of();

    void tell(CatalogSnapshot catalog, DeclaredRoutines declared, ClosureRules rules) {
        List<String> names = onWriter(catalog, declared);
        if (!names.equals(told) && !names.isEmpty()) {
            log.info(
                    "Statements that call {} go to the writer, as these functions are declared VOLATILE. If one only reads,"
                            + " say so by ALTER FUNCTION … STABLE, or name its tables under"
                            + " lagwise.catalog.routines.<name>",
                    names);
        }
        told = names;
        List<String> unknown = declared.unknown(rules);
        if (!unknown.equals(unknownTold) && !unknown.isEmpty()) {
            log.warn(
                    "lagwise.catalog.routines names tables that do not exist, so that their routines count as touching"
                            + " every table: {}",
                    unknown);
        }
        unknownTold = unknown;
    }

    static List<String> onWriter(CatalogSnapshot catalog, DeclaredRoutines declared) {
        return catalog.volatileFunctions().stream()
                .filter(name -> !declared.contains(name))
                .sorted()
                .toList();
    }
}

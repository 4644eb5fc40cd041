package io.lagwise.catalog;

import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import java.util.Map;
import java.util.Set;

/**
 * What a statement touches, as far as the catalog can tell.
 *
 * @param reason {@link RouteReason#READ_ONLY}, or why the statement must run on the writer
 * @param reads every table read, qualified; pseudo-tables of the ledger where they are not known
 * @param writes every table written, likewise
 * @param because for each table that the text does not name, why it is there
 * @param changesCatalog whether the catalog must be read again after it
 * @param cacheable {@link CacheReason#CACHEABLE}, or why its result cannot be kept whoever asks for it
 * @param routines routines because of which it is not known to only read
 */
public record Closure(
        RouteReason reason,
        Set<String> reads,
        Set<String> writes,
        Map<String, String> because,
        boolean changesCatalog,
        CacheReason cacheable,
        Set<String> routines) {
    /** Copies the sets. */
    public Closure {
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
        because = Map.copyOf(because);
        routines = Set.copyOf(routines);
    }

    /** Returns the closure of a statement about whose tables nothing is to be explained. */
    public static Closure of(RouteReason reason, Set<String> reads, Set<String> writes, boolean changesCatalog) {
        CacheReason cacheable = reason == RouteReason.READ_ONLY ? CacheReason.UNKNOWN_TABLES : CacheReason.NOT_A_READ;
        return new Closure(reason, reads, writes, Map.of(), changesCatalog, cacheable, Set.of());
    }

    /** Returns the same, because of these routines. */
    Closure because(Set<String> blamed) {
        return new Closure(reason, reads, writes, because, changesCatalog, cacheable, blamed);
    }

    /** Returns the same with other tables read. */
    Closure reading(Set<String> tables, CacheReason kept) {
        return new Closure(reason, tables, writes, because, changesCatalog, kept, routines);
    }

    /** Returns whether the statement may run on a reader, positions permitting. */
    public boolean readOnly() {
        return reason == RouteReason.READ_ONLY;
    }
}

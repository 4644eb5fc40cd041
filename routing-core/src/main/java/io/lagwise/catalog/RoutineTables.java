package io.lagwise.catalog;

import java.util.Set;

/**
 * What a routine touches, as somebody who knows it says.
 *
 * @param reads every table it reads, as {@code orders} or {@code shop.orders}
 * @param writes every table it writes; empty if it only reads
 */
public record RoutineTables(Set<String> reads, Set<String> writes) {
    /** Copies the sets. */
    public RoutineTables {
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
    }
}

package io.lagwise.replication;

import java.util.List;
import java.util.Set;

/**
 * What one or several transactions, committed in a row, have written.
 *
 * @param tables every table with its schema, as the database names them; of a partitioned one the partitions
 * @param transactions the transactions by the lower 32 bits of their identifiers
 * @param end where the last of them ends in the log, in bytes
 */
public record Committed(Set<String> tables, List<Long> transactions, long end) {
    /** Copies the collections. */
    public Committed {
        tables = Set.copyOf(tables);
        transactions = List.copyOf(transactions);
    }
}

package io.lagwise.sql;

import io.lagwise.RouteReason;
import java.util.Set;

/**
 * What is known about a statement from its text alone.
 *
 * <p>The profile is sound before it is precise: {@link #readOnly()} is true only where the text is proven to be one
 * statement that only reads, and a set of tables holds every table that the text names or else {@link TableName#ANY}.
 * Views, triggers, cascades and the bodies of routines are not in the text; the catalog adds them.
 *
 * <p>Immutable and thread-safe.
 *
 * @param reason {@link RouteReason#READ_ONLY}, or why the statement is not known to only read
 * @param reads tables read; holds {@link TableName#ANY} where they are not known
 * @param writes tables written; holds {@link TableName#ANY} where they are not known
 * @param named tables that the text names as sources or targets, also where {@code reads} is unknown
 * @param identifiers every identifier in the text, unquoted and lower-cased, one part each
 * @param routines routines called that are not built in, so that only the catalog can tell what they do
 * @param sessionEffect how long its effect on the session lasts
 * @param transactionControl what it does to the transaction by its text
 * @param cacheable whether its result may be kept, as far as the text tells
 * @param repeatable whether nothing but the routines called can make it answer differently from the same tables
 * @param shape the text with literals replaced by {@code ?}, for people
 */
public record StatementProfile(
        RouteReason reason,
        Set<TableName> reads,
        Set<TableName> writes,
        Set<TableName> named,
        Set<String> identifiers,
        Set<TableName> routines,
        SessionEffect sessionEffect,
        TransactionControl transactionControl,
        boolean cacheable,
        boolean repeatable,
        String shape) {

    /** Copies the sets. */
    public StatementProfile {
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
        named = Set.copyOf(named);
        identifiers = Set.copyOf(identifiers);
        routines = Set.copyOf(routines);
    }

    /** Returns whether the text is proven to be one statement that only reads. */
    public boolean readOnly() {
        return reason == RouteReason.READ_ONLY;
    }
}

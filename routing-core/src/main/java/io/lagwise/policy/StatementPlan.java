package io.lagwise.policy;

import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.catalog.Closure;
import io.lagwise.spi.TableSet;
import io.lagwise.sql.StatementProfile;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a statement before it runs; made once per text and catalog version.
 *
 * @param profile what its text says
 * @param closure what it touches by the catalog
 * @param reads the ledger's records of what it reads
 * @param writes the ledger's records of what it writes; null if nothing
 * @param catalogVersion the catalog it was made by
 * @param comment the hints that its text begins with
 */
public record StatementPlan(
        StatementProfile profile,
        Closure closure,
        TableSet reads,
        @Nullable TableSet writes,
        long catalogVersion,
        RoutingHints comment) {
    /** Returns the hints in force for it on this thread: those of its text before those of the code. */
    public RoutingHints hints() {
        return comment.within(RoutingHints.current());
    }

    /** Returns the same with the records asked for as they are from now on. */
    public StatementPlan asked() {
        TableSet answer = reads.asked();
        return answer == reads ? this : new StatementPlan(profile, closure, answer, writes, catalogVersion, comment);
    }

    /** Returns whether it may run on a reader, positions permitting. */
    public boolean readOnly() {
        return closure.readOnly();
    }

    /** Returns {@link RouteReason#READ_ONLY}, or why it belongs on the writer. */
    public RouteReason reason() {
        return closure.reason();
    }
}

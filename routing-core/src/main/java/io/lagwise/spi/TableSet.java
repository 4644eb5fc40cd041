package io.lagwise.spi;

import io.lagwise.RouteReason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A handle on the ledger's records of some tables, resolved once and kept with a statement.
 *
 * <p>Where the records are kept in this process, it always tells how they are now and nothing blocks. Elsewhere they must
 * be {@linkplain #asked() asked}, and an answer does not change. Thread-safe.
 */
public interface TableSet {
    /**
     * Returns the position that holds the last write of every table, or null.
     *
     * <p>Null means that no reader may answer now: a commit to one of the tables is under way, or nothing is known yet.
     */
    @Nullable
    Position required();

    /**
     * Returns the versions of the tables, or null while no result may be kept or taken from the cache.
     *
     * <p>Null means that a commit to one of the tables is under way, or nothing is known yet. Of each table version and
     * commits under way are read together.
     */
    @Nullable
    TableVersions versions();

    /** Returns whether no table has another version, nor a commit under way. */
    boolean isAt(TableVersions versions);

    /**
     * Returns the records as they are after this call, or later.
     *
     * <p>Does not block: where the records are kept elsewhere, the other methods of what it returns wait for the answer, as
     * long as the ledger lets them. Of an answer it returns the answer itself.
     */
    default TableSet asked() {
        return this;
    }

    /**
     * Returns what {@link #required()} will most probably be, of an answer that is not here yet.
     *
     * <p>Null if it is here, or nothing is probable. Whoever goes by it must ask for the answer before anyone sees what came
     * of it. Does not block.
     */
    default @Nullable Position likely() {
        return null;
    }

    /** Returns the records as they are after this call, also of an answer. */
    default TableSet askedAgain() {
        return this;
    }

    /** Returns why {@link #required()} is null. */
    default RouteReason obstacle() {
        return RouteReason.WRITE_IN_FLIGHT;
    }

    /** Returns the names of the tables, as the catalog gives them. */
    Set<String> names();
}

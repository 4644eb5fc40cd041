package io.lagwise.spi;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A handle on the ledger's records of some tables, resolved once and kept with a statement.
 *
 * <p>Thread-safe; no method blocks.
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

    /** Returns the names of the tables, as the catalog gives them. */
    Set<String> names();
}

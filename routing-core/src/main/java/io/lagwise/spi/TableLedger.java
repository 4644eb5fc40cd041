package io.lagwise.spi;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When was each table last written?
 *
 * <p>One record per table holds the position of its last write and the commits under way. A missing record means "written
 * now" (protocol A3). Implementations are thread-safe.
 */
public interface TableLedger {
    /** The pseudo-table that whatever is not understood writes, and every read depends on. */
    String UNKNOWN = "*";

    /** The pseudo-table that DDL and DCL write, and every read depends on. */
    String CATALOG = "#catalog";

    /** The pseudo-table that every write writes; read by what may read any table. */
    String ANYTHING = "#anything";

    /** The names that are no tables. */
    Set<String> PSEUDO_TABLES = Set.of(UNKNOWN, CATALOG, ANYTHING);

    /** The {@link #state} in which all that is known can be used. */
    String AVAILABLE = "available";

    /** Returns the records that a read of these tables depends on, pseudo-tables included. */
    TableSet reads(Set<String> tables);

    /** Returns the records that a write of these tables touches, pseudo-tables included. */
    TableSet writes(Set<String> tables);

    /**
     * Marks a commit to these tables as under way (W1).
     *
     * <p>Blocks where the records are kept elsewhere.
     *
     * @param session the server's name for the session that commits, by which others learn that it is over
     * @throws EpochOverException if the epoch is not the current one; nothing is then marked
     * @throws SQLException if the commit must not leave, because others could not know of it
     */
    CommitToken begin(Collection<TableSet> written, Epoch epoch, String session)
            throws EpochOverException, SQLException;

    /** Records that the commit is over and contained in this position (W3); does nothing in a later epoch; never blocks. */
    void complete(CommitToken token, Position covering);

    /**
     * Begins a later epoch, or reads the same one anew, with everything written at the floor (protocol A9).
     *
     * <p>An earlier epoch than the current one changes nothing.
     */
    void advance(Epoch epoch, Position floor);

    /** Gives access to the writer, which a ledger may need whose records others write too; called once, before all else. */
    default void attach(WriterLink writer) {}

    /** Returns the name under which this process is known to others that share the records; null if none do. */
    default @Nullable String instance() {
        return null;
    }

    /**
     * Returns a name of where records are shared now: the same for all who share them, and nobody else's.
     *
     * <p>Null if they are not shared, or where is not known yet; as long as it is, writes of others are not streamed.
     */
    default @Nullable String place() {
        return null;
    }

    /** Returns how writes of other processes are known, in the configuration's word. */
    default String coordination() {
        return "single";
    }

    /** Returns whether all that is known can be used now, or what hinders that, in a word or two. */
    default String state() {
        return AVAILABLE;
    }

    /** Returns how often each hindrance that {@link #state} may name has begun; none where there can be none. */
    default Map<String, Long> hindrances() {
        return Map.of();
    }

    /** Returns whether the versions of tables are known, so that results can be kept. */
    default boolean knowsVersions() {
        return true;
    }

    /** Returns where results are kept for all who share the records; null where each keeps its own. */
    default @Nullable ResultStore results() {
        return null;
    }

    /** Returns what is known of tables by name; for explanations. */
    List<TableRecord> describe(Collection<String> tables);

    /** Returns all records made so far, pseudo-tables included; for status displays. */
    List<TableRecord> records();

    /** A commit under way; made by {@link #begin}. */
    interface CommitToken {
        /** Returns the epoch in which the commit was begun. */
        Epoch epoch();
    }

    /** Says that the writer of this epoch is no longer the writer. */
    final class EpochOverException extends Exception {
        private static final long serialVersionUID = 1L;

        /** Makes the exception; carries no stack, as it is caught at once. */
        public EpochOverException() {
            super("the writer has changed", null, false, false);
        }
    }
}

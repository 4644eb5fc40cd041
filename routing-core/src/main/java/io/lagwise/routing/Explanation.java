package io.lagwise.routing;

import io.lagwise.CacheReason;
import io.lagwise.RouteDecision;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.TableRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a statement would go now, and why; nothing was run.
 *
 * @param statement the statement with its literals replaced by {@code ?}
 * @param decision where it would go
 * @param description the reason, for people
 * @param readOnly whether it is proven to only read
 * @param routines routines because of which it is not known to only read
 * @param remedy what can be done so that a reader may answer; null where nothing is known
 * @param cacheable {@link CacheReason#CACHEABLE} if its result would be kept, or why not
 * @param tables the tables it depends on or writes, with their last writes
 * @param readers what is known of each reader, with whether it has all that the statement reads
 */
public record Explanation(
        String statement,
        RouteDecision decision,
        String description,
        boolean readOnly,
        List<String> routines,
        @Nullable String remedy,
        CacheReason cacheable,
        List<Table> tables,
        List<Reader> readers) {
    /** Copies the lists. */
    public Explanation {
        routines = List.copyOf(routines);
        tables = List.copyOf(tables);
        readers = List.copyOf(readers);
    }

    /**
     * A table as the statement touches it.
     *
     * @param record its last write and commits under way
     * @param because why it counts: named in the statement, or through what it was reached
     */
    public record Table(TableRecord record, String because) {}

    /**
     * A reader as the statement sees it.
     *
     * @param lag what is known of it
     * @param hasAll whether it has the last write of every table of the statement
     * @param lacks tables whose last write it lacks, as far as that is known
     */
    public record Reader(ReaderLag lag, boolean hasAll, List<String> lacks) {
        /** Copies the list. */
        public Reader {
            lacks = List.copyOf(lacks);
        }
    }
}

package io.lagwise.routing;

import io.lagwise.RouteReason;
import io.lagwise.cache.CacheStatus;
import io.lagwise.spi.LagSnapshot;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a routed data source knows and has done.
 *
 * @param lag positions and readers
 * @param writerFailure why the writer's position cannot be had, or null
 * @param catalogFailure why the catalog cannot be read, or null
 * @param routinesOnWriter functions that send statements which only read to the writer
 * @param ledger what is known of writes
 * @param writer connections and statements of the writer
 * @param readers the same of each reader, in order
 * @param cache what the cache has done; null if it is off
 * @param externalWrites how writes are noticed that do not go through the library; null if they are not
 */
public record RoutingStatus(
        LagSnapshot lag,
        @Nullable String writerFailure,
        @Nullable String catalogFailure,
        List<String> routinesOnWriter,
        LedgerStatus ledger,
        NodeStatus writer,
        List<NodeStatus> readers,
        @Nullable CacheStatus cache,
        @Nullable ExternalWritesStatus externalWrites) {
    /** Copies the list. */
    public RoutingStatus {
        routinesOnWriter = List.copyOf(routinesOnWriter);
        readers = List.copyOf(readers);
    }

    /**
     * The records of writes.
     *
     * @param coordination how writes of others are known, in the configuration's word
     * @param state whether all that is known can be used, or what hinders that
     * @param tables tables with a record, pseudo-tables not counted
     * @param inFlight commits under way
     * @param hindrances how often each of the other states has begun
     */
    public record LedgerStatus(
            String coordination, String state, int tables, int inFlight, Map<String, Long> hindrances) {
        /** Copies the map. */
        public LedgerStatus {
            hindrances = Map.copyOf(hindrances);
        }
    }

    /**
     * The notice that is taken of writes that do not go through the library.
     *
     * @param how in the configuration's word
     * @param state {@code polling}; of a stream {@code starting}, {@code streaming}, {@code standby} where another instance
     *     streams for all, or {@code unavailable} and why
     * @param unreported how often a table was found written though nobody had said so, as far as that can be told
     * @param retained bytes of the log that the stream held back when last looked at
     */
    public record ExternalWritesStatus(String how, String state, long unreported, long retained) {
        /** Returns the same in another state. */
        public ExternalWritesStatus withState(String other) {
            return new ExternalWritesStatus(how, other, unreported, retained);
        }
    }

    /**
     * One node.
     *
     * @param name its configured name
     * @param inUse connections in use by this instance
     * @param decisions statements sent there, by reason
     */
    public record NodeStatus(String name, int inUse, Map<RouteReason, Long> decisions) {
        /** Copies the map. */
        public NodeStatus {
            decisions = Map.copyOf(decisions);
        }

        /** Returns the number of statements sent there. */
        public long statements() {
            return decisions.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}

package io.lagwise.boot;

import io.lagwise.cache.CacheSettings;
import io.lagwise.cache.CacheSettings.Mode;
import io.lagwise.jdbc.TransactionModes;
import io.lagwise.jdbc.TransactionModes.ReadOnly;
import io.lagwise.jdbc.TransactionModes.ReadWrite;
import io.lagwise.replication.LagSettings;
import io.lagwise.routing.ExternalWrites;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * The properties under {@code lagwise}.
 *
 * @param enabled Whether statements are routed. Without readers nothing is routed either.
 * @param dataSource Name of the DataSource bean that becomes the writer. Needed only where there are several.
 * @param readers Readers by name, which metrics and explanations show.
 * @param consistency What a read must contain. "strong" means every commit acknowledged through the library before the
 *     read began; "bounded" every one of this process, and those of others that are older than max-staleness. By default
 *     "strong", and "bounded" where records are pushed.
 * @param coordination How writes of other processes are known. "single" takes this process to be the only one that
 *     writes; with "writer" each read asks the writer for its position
 *     first; with "redis" instances share their records; with "redis-pushed" they do without asking each time. By default
 *     "redis" where one is configured, else "writer".
 * @param onOutage What a read must contain while Redis cannot be asked: all that the writer has committed, or with
 *     "local" what this process wrote.
 * @param maxStaleness How old a commit of another process may be at most that a "bounded" read misses.
 * @param redis The Redis that instances share.
 * @param lag How readers are watched.
 * @param transactions Where transactions run.
 * @param catalog What is known of the schema.
 * @param cache Which results are kept.
 */
@ConfigurationProperties("lagwise")
record LagwiseProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("") String dataSource,
        @DefaultValue Map<String, Reader> readers,
        @Nullable Consistency consistency,
        @DefaultValue("auto") Coordination coordination,
        @DefaultValue("writer") OnOutage onOutage,
        @DefaultValue("2s") Duration maxStaleness,
        @DefaultValue Redis redis,
        @DefaultValue Lag lag,
        @DefaultValue Transactions transactions,
        @DefaultValue CatalogRefresh catalog,
        @DefaultValue Cache cache) {

    /** What a read must contain. */
    enum Consistency {
        /** Every commit acknowledged through the library before the read began. */
        STRONG,
        /** Every one of this process, and those of others that are older than the bound. */
        BOUNDED
    }

    /** Returns what a read contains: what was asked for, else what pushed records can keep. */
    Consistency promise() {
        if (consistency != null) {
            return consistency;
        }
        return arePushed() ? Consistency.BOUNDED : Consistency.STRONG;
    }

    /** Returns whether anything is answered by records that Redis pushes. */
    boolean arePushed() {
        return coordination == Coordination.REDIS_PUSHED || cache.near() == Near.RELAXED;
    }

    /** How writes of other processes are known. */
    enum Coordination {
        /** By Redis where it is configured, else by the writer. */
        AUTO,
        /** This process is taken to be the only one that writes. */
        SINGLE,
        /** Each read asks the writer for its position first. */
        WRITER,
        /** Instances share their records in Redis. */
        REDIS,
        /** They do, and are told of what changes instead of asking for it. */
        REDIS_PUSHED;

        boolean isShared(Redis redis) {
            return this == REDIS || this == REDIS_PUSHED || (this == AUTO && redis.isConfigured());
        }
    }

    /** What is known while Redis cannot be asked. */
    enum OnOutage {
        /** What the writer has committed. */
        WRITER,
        /** What this process wrote. */
        LOCAL
    }

    /**
     * The Redis that instances share.
     *
     * @param address Address of a single server, such as redis://localhost:6379, or rediss:// for TLS.
     * @param config Location of a configuration file of Redisson's, for sentinel, cluster and TLS; instead of an address.
     * @param budget How long a statement waits for Redis at most.
     * @param key Secret by which results in Redis are encrypted and their keys digested; of all instances the same.
     */
    record Redis(
            @DefaultValue("") String address,
            @DefaultValue("") String config,
            @DefaultValue("50ms") Duration budget,
            @DefaultValue("") String key) {

        boolean isConfigured() {
            return StringUtils.hasText(address) || StringUtils.hasText(config);
        }

        /** Leaves out what may hold credentials. */
        @Override
        public String toString() {
            return "Redis[configured=" + isConfigured() + "]";
        }
    }

    /**
     * One reader: the address of its server, or a bean.
     *
     * @param url JDBC URL of the reader. Its pool is like the writer's, but for the properties under "hikari".
     * @param username User of the reader. By default the writer's.
     * @param password Password of the reader. By default the writer's.
     * @param dataSource Name of a DataSource bean to use instead of a URL.
     * @param weight Share of the load compared with the other readers.
     * @param hikari Any property of the reader's HikariCP pool.
     */
    record Reader(
            @DefaultValue("") String url,
            @DefaultValue("") String username,
            @DefaultValue("") String password,
            @DefaultValue("") String dataSource,
            @DefaultValue("100") int weight,
            @DefaultValue Map<String, String> hikari) {

        /** Leaves out what may hold credentials. */
        @Override
        public String toString() {
            return "Reader[dataSource=" + dataSource + ", weight=" + weight + "]";
        }
    }

    /**
     * How readers are watched.
     *
     * @param pollInterval Time between two polls of a server while no read waits for a position.
     * @param longestWait How long a read may wait for a reader to catch up before it goes to the writer. By default 5ms
     *     with coordination "writer", else not at all.
     * @param quarantineAfter A reader further behind than this serves only reads that ignore lag.
     */
    record Lag(
            @DefaultValue("50ms") Duration pollInterval,
            @Name("wait") @Nullable Duration longestWait,
            @DefaultValue("30s") Duration quarantineAfter) {

        LagSettings settings() {
            return new LagSettings(pollInterval, longestWait, quarantineAfter);
        }
    }

    /**
     * Where transactions run.
     *
     * @param readOnly Where transactions declared read-only run.
     * @param readWrite Where all other transactions run. "until-first-write" begins READ COMMITTED ones on a reader.
     */
    record Transactions(@DefaultValue("reader") ReadOnly readOnly, @DefaultValue("writer") ReadWrite readWrite) {

        TransactionModes modes() {
            return new TransactionModes(readOnly, readWrite);
        }
    }

    /**
     * What is known of the schema.
     *
     * @param refresh How often the catalog is read again for changes made by others.
     * @param routines What routines touch, by name, where the database cannot tell.
     */
    record CatalogRefresh(@DefaultValue("1m") Duration refresh, @DefaultValue Map<String, Tables> routines) {}

    /**
     * What a routine touches.
     *
     * @param reads Every table that the routine reads.
     * @param writes Every table that the routine writes; empty if it only reads.
     */
    record Tables(@DefaultValue Set<String> reads, @DefaultValue Set<String> writes) {}

    /**
     * Which results are kept.
     *
     * @param mode Which results are kept: none, those for which a hint asks, or also those that are
     *     measured to pay.
     * @param ttl How long a result is kept at most, whatever a hint says.
     * @param local Results on the heap.
     * @param maxEntrySize Bytes that one result may take; larger ones are not kept.
     * @param near How a result on the heap is validated where instances share their records: by asking Redis, or by
     *     what Redis has pushed, which is at most "bounded".
     * @param redisPayload Whether results are kept in Redis too, where instances share their records there, so that one
     *     instance answers from what another has read.
     * @param externalWrites How writes are noticed that do not go through the library: not at all, by the database's own
     *     counters within some seconds, or by a stream of them that PostgreSQL decodes from its log.
     * @param stream The stream of writes.
     */
    record Cache(
            @DefaultValue("hinted") Mode mode,
            @DefaultValue("5m") Duration ttl,
            @DefaultValue Local local,
            @DefaultValue("1MB") DataSize maxEntrySize,
            @DefaultValue("strict") Near near,
            @DefaultValue("true") boolean redisPayload,
            @DefaultValue("none") ExternalWrites externalWrites,
            @DefaultValue Stream stream) {

        CacheSettings settings() {
            return new CacheSettings(mode, ttl, local.maximumSize().toBytes(), maxEntrySize.toBytes());
        }
    }

    /** How a result on the heap is validated where instances share their records. */
    enum Near {
        /** Redis is asked for the records of its tables each time. */
        STRICT,
        /** By what Redis has pushed. */
        RELAXED
    }

    /**
     * The stream of writes.
     *
     * @param maxRetained Bytes of the writer's log that the stream may hold back; one that would hold back more is given up
     *     and begun anew.
     */
    record Stream(@DefaultValue("1GB") DataSize maxRetained) {}

    /**
     * Results on the heap.
     *
     * @param maximumSize Bytes that all kept results may take on the heap; 0 where those in Redis are enough.
     */
    record Local(@DefaultValue("64MB") DataSize maximumSize) {}
}

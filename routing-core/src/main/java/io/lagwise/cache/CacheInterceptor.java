package io.lagwise.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.ResultKey;
import io.lagwise.spi.ResultStore;
import io.lagwise.spi.StoredResult;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache interceptor: serves repeatable SELECTs, and records the results of those it cannot serve yet.
 *
 * <p>Invariant (protocol A7): a kept result is served only while every table in its dependency set, pseudo-tables included,
 * has the version that it had before the result was read, with no commit under way; and a result is kept only if its
 * source was found safe after those versions were taken, in the epoch in which they were taken. As a commit is marked
 * before it leaves and its tables get new versions together with the position that readers must reach, a result that is
 * served holds every commit acknowledged before.
 *
 * <p>Invalidation scans nothing: what is outdated is found so when it is asked for, replaced, and forgotten by weight or
 * age.
 *
 * <p>Thread-safe. Only {@link Fill#join} blocks, on another thread's execution of the same statement.
 */
public final class CacheInterceptor {
    /** A refusal that only an execution can tell is believed for a while, as results and schemas change. */
    private static final Duration REFUSAL_MEMORY = Duration.ofMinutes(1);

    private static final int MOST_REFUSALS = 10_000;

    private static final Logger log = LoggerFactory.getLogger(CacheInterceptor.class);

    /** What no waiting changes. */
    private static final Set<CacheReason> NEVER = EnumSet.of(
            CacheReason.NOT_REPEATABLE,
            CacheReason.NO_TABLE,
            CacheReason.UNKNOWN_TABLES,
            CacheReason.UNKNOWN_ROUTINE,
            CacheReason.VOLATILE_VIEW,
            CacheReason.ROW_SECURITY,
            CacheReason.COORDINATION,
            CacheReason.RESULT_SHAPE,
            CacheReason.PARAMETER,
            CacheReason.TYPE_NOT_EXACT,
            CacheReason.TOO_LARGE);

    private final Cache<String, CacheReason> told =
            Caffeine.newBuilder().maximumSize(MOST_REFUSALS).build();
    private final CacheSettings settings;
    private final ResultStore store;
    private final @Nullable ResultStore shared;
    private final RowCapture capture;
    private final Supplier<@Nullable Epoch> currentEpoch;
    private final @Nullable Admissions admissions;
    private final CacheCounts counts = new CacheCounts();
    private final Map<Flight.Key, Flight> flights = new ConcurrentHashMap<>();
    private final Cache<String, CacheReason> refusals = Caffeine.newBuilder()
            .maximumSize(MOST_REFUSALS)
            .expireAfterWrite(REFUSAL_MEMORY)
            .build();

    /**
     * Makes the interceptor.
     *
     * @param shared where others keep and look for results too, behind the store; null if they do not
     * @param currentEpoch the one that readers and writer are judged by
     */
    public CacheInterceptor(
            CacheSettings settings,
            ResultStore store,
            @Nullable ResultStore shared,
            RowCapture capture,
            Supplier<@Nullable Epoch> currentEpoch) {
        this.shared = shared;
        this.settings = settings;
        this.capture = capture;
        this.admissions = settings.mode() == CacheSettings.Mode.AUTO ? new Admissions(settings.ttl()) : null;
        this.store = store;
        this.currentEpoch = currentEpoch;
    }

    /** Returns what may be kept. */
    public CacheSettings settings() {
        return settings;
    }

    /** Returns why results of this text proved not to be keepable, or null. */
    public @Nullable CacheReason refusal(String sql) {
        return refusals.getIfPresent(sql);
    }

    /** Returns the trial of a statement for which no hint asks; null where only hints decide. */
    public @Nullable Trial trial(String sql) {
        return admissions == null ? null : new Trial(admissions.of(sql));
    }

    /** Returns whether the cache would be asked about a statement for which no hint asks, or why not. */
    public CacheReason verdict(String sql) {
        return admissions == null
                ? CacheReason.NOT_ASKED_FOR
                : admissions.of(sql).verdict();
    }

    /** Counts a statement for which a hint asked and the cache could not be, and says once if it never can. */
    public void bypassed(String sql, String shape, CacheReason reason) {
        counts.bypassed(reason);
        if (NEVER.contains(reason) && told.asMap().putIfAbsent(sql, reason) == null) {
            log.info(
                    "A hint asks for the results of \"{}\" to be kept, which cannot be: {}. Take the hint away, or change the"
                            + " statement",
                    shape,
                    reason.description());
        }
    }

    /** Returns what was done and is held. */
    public CacheStatus status() {
        long unreadable = store.unreadable() + (shared == null ? 0 : shared.unreadable());
        return counts.status(settings.mode(), store.entries(), store.weight(), unreadable);
    }

    /** Returns the kept rows if they may answer now, or null (R1, R2). */
    public @Nullable CachedRows find(ResultKey key, TableSet tables, long catalogVersion) {
        StoredResult kept = store.get(key);
        if (kept != null
                && kept.catalogVersion() == catalogVersion
                && isValid(kept, key, tables)
                && kept.rows() instanceof CachedRows rows) {
            counts.hit(reason(key));
            return rows;
        }
        return shared == null ? null : findShared(shared, key, tables, catalogVersion);
    }

    /**
     * Returns rows that another instance may have kept.
     *
     * <p>Versions are of tables by name: where they are those of the tables read here, by the catalog known here, it does
     * not matter by which catalog the other one found them.
     */
    private @Nullable CachedRows findShared(ResultStore others, ResultKey key, TableSet tables, long catalogVersion) {
        StoredResult kept = others.get(key);
        if (kept == null || !isValid(kept, key, tables) || !(kept.rows() instanceof CachedRows rows)) {
            return null;
        }
        store.put(key, new StoredResult(rows, kept.versions(), catalogVersion, atMost(kept.ttl())));
        counts.sharedHit(reason(key));
        return rows;
    }

    /** Returns why a result under the key may answer. */
    public static RouteReason reason(ResultKey key) {
        return key.isTolerant() ? RouteReason.CACHE_LAG_IGNORED : RouteReason.CACHE_FRESH;
    }

    private static boolean isValid(StoredResult kept, ResultKey key, TableSet tables) {
        TableVersions versions = kept.versions();
        return versions == null ? key.isTolerant() : tables.isAt(versions);
    }

    /**
     * Begins to fill what was not found; null while a commit to one of the tables is under way (R3).
     *
     * @param ttl how long the result may be kept; null for what is configured
     */
    public @Nullable Fill fill(ResultKey key, TableSet tables, long catalogVersion, @Nullable Duration ttl) {
        TableVersions versions = key.isTolerant() ? null : tables.versions();
        Epoch epoch = versions == null ? null : versions.epoch();
        Epoch current = currentEpoch.get();
        if (current == null || !current.equals(key.isTolerant() ? current : epoch)) {
            counts.bypassed(whyUnknown(tables));
            return null;
        }
        counts.miss();
        if (store.get(key) != null) {
            counts.invalidated();
        }
        return new Fill(key, versions, current, catalogVersion, atMost(ttl));
    }

    private static CacheReason whyUnknown(TableSet tables) {
        boolean inFlight = tables.required() == null && tables.obstacle() == RouteReason.WRITE_IN_FLIGHT;
        return inFlight ? CacheReason.WRITE_IN_FLIGHT : CacheReason.RECORDS_UNKNOWN;
    }

    private Duration atMost(@Nullable Duration ttl) {
        return ttl == null || ttl.compareTo(settings.ttl()) > 0 ? settings.ttl() : ttl;
    }

    /** One execution whose result may be kept. */
    public final class Fill {
        private final ResultKey key;
        private final @Nullable TableVersions versions;
        private final Epoch epoch;
        private final long catalogVersion;
        private final Duration ttl;
        private @Nullable Flight flight;

        private Fill(ResultKey key, @Nullable TableVersions versions, Epoch epoch, long catalogVersion, Duration ttl) {
            this.key = key;
            this.versions = versions;
            this.epoch = epoch;
            this.catalogVersion = catalogVersion;
            this.ttl = ttl;
        }

        /**
         * Returns the rows of an execution under way elsewhere that this one may share, or null: then it must execute.
         *
         * <p>Only an execution for an equal key that began with the same versions is shared: no commit to the tables was
         * completed since, so its rows are such as this execution could have got. Call it only while no connection is
         * held, as it may wait.
         */
        public @Nullable CachedRows join() {
            Flight.Key joint = new Flight.Key(key, versions);
            Flight mine = new Flight();
            Flight other = flights.putIfAbsent(joint, mine);
            if (other == null) {
                flight = mine;
                return null;
            }
            CachedRows shared = other.await();
            if (shared != null) {
                counts.hit(reason(key));
            }
            return shared;
        }

        /** Returns the epoch in which the source must be. */
        public Epoch epoch() {
            return epoch;
        }

        /** Returns the rows of a result that nobody has read from, or null if they cannot be kept. */
        public @Nullable CachedRows capture(ResultSet live) throws SQLException {
            RowCapture.Captured captured = capture.capture(live, settings.maximumEntrySize());
            if (captured.rows() == null && captured.reason() != CacheReason.NO_CONNECTION) {
                refusals.put(key.sql(), captured.reason());
            }
            return captured.rows();
        }

        /** Keeps the rows, which were read completely from a source that was safe in the fill's epoch (R5). */
        public void keep(CachedRows rows) {
            if (epoch.equals(currentEpoch.get())) {
                StoredResult result = new StoredResult(rows, versions, catalogVersion, ttl);
                store.put(key, result);
                if (shared != null) {
                    shared.put(key, result);
                }
                land(rows);
            }
        }

        /** Ends the fill, kept or not: whoever waits for it goes on. */
        public void end() {
            land(null);
        }

        private void land(@Nullable CachedRows rows) {
            Flight own = flight;
            if (own != null) {
                flights.remove(new Flight.Key(key, versions), own);
                own.land(rows);
                flight = null;
            }
        }
    }
}

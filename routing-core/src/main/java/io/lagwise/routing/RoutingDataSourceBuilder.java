package io.lagwise.routing;

import io.lagwise.cache.CacheInterceptor;
import io.lagwise.cache.CacheSettings;
import io.lagwise.cache.LocalResultStore;
import io.lagwise.cache.PostgresCapture;
import io.lagwise.catalog.Catalog;
import io.lagwise.catalog.RoutineTables;
import io.lagwise.jdbc.LogicalConnections;
import io.lagwise.jdbc.Node;
import io.lagwise.jdbc.PoolDefaults;
import io.lagwise.jdbc.TransactionModes;
import io.lagwise.jdbc.Wiring;
import io.lagwise.policy.LeastBusy;
import io.lagwise.policy.Refiner;
import io.lagwise.policy.Router;
import io.lagwise.policy.StatementPlans;
import io.lagwise.replication.LagSettings;
import io.lagwise.replication.PollLoop;
import io.lagwise.replication.PostgresProbe;
import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.replication.Stamps;
import io.lagwise.spi.ConnectionSource;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ResultStore;
import io.lagwise.spi.RoutingListener;
import io.lagwise.spi.RoutingPolicy;
import io.lagwise.spi.SessionKey;
import io.lagwise.spi.TableLedger;
import io.lagwise.sql.Dialect;
import io.lagwise.sql.SqlAnalyzer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects the parts of a {@link RoutingDataSource} and assembles it. */
public final class RoutingDataSourceBuilder {
    private static final Logger log = LoggerFactory.getLogger(RoutingDataSourceBuilder.class);
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final long DEFAULT_RETAINED = 1L << 30;

    private record Reader(DataSource dataSource, int weight) {}

    private CacheSettings cache = CacheSettings.DEFAULT;
    private @Nullable ResultStore resultStore;
    private @Nullable SessionKey sessionKey;
    private @Nullable DataSource writer;
    private final Map<String, Reader> readers = new LinkedHashMap<>();
    private LagSettings lag = LagSettings.DEFAULTS;
    private TransactionModes transactions = TransactionModes.DEFAULTS;
    private RoutingPolicy policy = new LeastBusy();
    private RoutingListener listener = RoutingListener.NONE;
    private final Map<String, RoutineTables> routines = new LinkedHashMap<>();
    private static final Duration RETRY = Duration.ofSeconds(1);

    private Duration catalogRefresh = Duration.ofMinutes(1);
    private ReplicationProbe probe = new PostgresProbe();
    private Coordination coordination = Coordination.WRITER;
    private @Nullable TableLedger ledger;
    private ExternalWrites externalWrites = ExternalWrites.NONE;
    private long mostRetained = DEFAULT_RETAINED;

    RoutingDataSourceBuilder() {}

    /** Sets the pool of the server that takes writes. */
    public RoutingDataSourceBuilder writer(DataSource pool) {
        this.writer = pool;
        return this;
    }

    /** Adds the pool of a reader under a name that metrics and explanations show. */
    public RoutingDataSourceBuilder reader(String name, DataSource pool) {
        return reader(name, pool, 100);
    }

    /** Adds the pool of a reader with a weight, by which least-busy compares readers. */
    public RoutingDataSourceBuilder reader(String name, DataSource pool, int weight) {
        if (name.isBlank() || name.equals(RoutingDataSource.WRITER) || readers.containsKey(name)) {
            throw new RoutingConfigurationException(
                    "readers", name, "is no usable name for a reader", "Give each reader a name of its own.");
        }
        if (weight < 1) {
            throw new RoutingConfigurationException(
                    "readers." + name + ".weight", String.valueOf(weight), "is not positive", "Use 1 or more.");
        }
        readers.put(name, new Reader(pool, weight));
        return this;
    }

    /** Sets how readers are watched. */
    public RoutingDataSourceBuilder lag(LagSettings settings) {
        requirePositive("lag.poll-interval", settings.pollInterval());
        requirePositive("lag.quarantine-after", settings.quarantineAfter());
        Duration wait = settings.longestWait();
        if (wait != null && wait.isNegative()) {
            throw new RoutingConfigurationException(
                    "lag.wait", wait.toString(), "is negative", "Use 0 where no read shall wait.");
        }
        this.lag = settings;
        return this;
    }

    /** Sets where transactions run. */
    public RoutingDataSourceBuilder transactions(TransactionModes modes) {
        this.transactions = modes;
        return this;
    }

    /** Sets who chooses among the safe readers; least-busy unless set. */
    public RoutingDataSourceBuilder policy(RoutingPolicy policy) {
        this.policy = policy;
        return this;
    }

    /** Sets who hears of decisions. */
    public RoutingDataSourceBuilder listener(RoutingListener listener) {
        this.listener = listener;
        return this;
    }

    /** Sets how often the catalog is read for changes made by others; a minute unless set. */
    public RoutingDataSourceBuilder catalogRefresh(Duration interval) {
        requirePositive("catalog.refresh", interval);
        this.catalogRefresh = interval;
        return this;
    }

    /** Says what a routine touches where the database cannot tell; it is believed. */
    public RoutingDataSourceBuilder routine(String name, RoutineTables tables) {
        if (name.isBlank()) {
            throw new RoutingConfigurationException(
                    "catalog.routines", name, "is no name of a routine", "Use the name, with or without its schema.");
        }
        routines.put(name, tables);
        return this;
    }

    /** Sets who asks servers for their positions; PostgreSQL's unless set. */
    public RoutingDataSourceBuilder probe(ReplicationProbe probe) {
        this.probe = probe;
        return this;
    }

    /** Sets how it is known what others write; by the writer's position unless set. */
    public RoutingDataSourceBuilder coordination(Coordination coordination) {
        this.coordination = coordination;
        return this;
    }

    /** Sets who remembers writes, which {@link #coordination} chooses unless set. */
    public RoutingDataSourceBuilder ledger(TableLedger ledger) {
        this.ledger = ledger;
        return this;
    }

    /** Sets how writes are noticed that do not go through the library; not at all unless set. */
    public RoutingDataSourceBuilder externalWrites(ExternalWrites how) {
        this.externalWrites = how;
        return this;
    }

    /**
     * Sets how many bytes of the writer's log a stream of writes may hold back; a gibibyte unless set.
     *
     * <p>One that would hold back more is given up and begun anew, whereupon no result from before is used.
     */
    public RoutingDataSourceBuilder streamRetaining(long bytes) {
        requirePositive("cache.stream.max-retained", bytes);
        this.mostRetained = bytes;
        return this;
    }

    /** Sets what the cache may keep; results for which a hint asks unless set. */
    public RoutingDataSourceBuilder cache(CacheSettings settings) {
        requirePositive("cache.ttl", settings.ttl());
        requirePositive("cache.max-entry-size", settings.maximumEntrySize());
        this.cache = settings;
        return this;
    }

    /** Sets where results are kept; this process's heap unless set. */
    public RoutingDataSourceBuilder resultStore(ResultStore store) {
        this.resultStore = store;
        return this;
    }

    /** Sets who tells for whom statements run, where a data source below the library decides that. */
    public RoutingDataSourceBuilder sessionKey(SessionKey key) {
        this.sessionKey = key;
        return this;
    }

    /**
     * Returns the data source, which begins to watch its servers; none needs to be reachable.
     *
     * @throws RoutingConfigurationException if a part is missing or cannot be used
     */
    public RoutingDataSource build() {
        DataSource pool = writer;
        if (pool == null) {
            throw new RoutingConfigurationException("writer", "", "is missing", "Set the pool of the writer.");
        }
        if (readers.isEmpty() || readers.size() > Router.MOST_READERS) {
            throw new RoutingConfigurationException(
                    "readers",
                    readers.keySet().toString(),
                    "must name 1 to " + Router.MOST_READERS + " readers",
                    "Without readers, use the writer's own pool.");
        }
        requireRoomForResults();
        requirePostgres("writer", pool);
        readers.forEach((name, reader) -> requirePostgres("readers." + name, reader.dataSource()));
        if (externalWrites == ExternalWrites.STREAM) {
            requireLogin(pool);
        }
        return new RoutingDataSource(routing -> assemble(routing, pool));
    }

    private TableLedger remembering() {
        TableLedger given = ledger;
        String how =
                given == null ? coordination.description() : given.getClass().getSimpleName();
        log.info("Reads go to {} when they have what is read; coordination: {}", readers.keySet(), how);
        return given == null ? coordination.ledger() : given;
    }

    private LagSettings watching() {
        Duration usual = ledger == null ? coordination.usualWait() : Duration.ZERO;
        return lag.longestWait() == null ? lag.waiting(usual) : lag;
    }

    /** None need be kept on the heap where they are kept elsewhere. */
    private void requireRoomForResults() {
        boolean elsewhere = resultStore != null || (ledger != null && ledger.results() != null);
        if (!elsewhere || cache.maximumSize() < 0) {
            requirePositive("cache.local.maximum-size", cache.maximumSize());
        }
    }

    private static void requirePositive(String setting, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new RoutingConfigurationException(
                    setting, value.toString(), "is not positive", "Use a duration such as 50ms or 1m.");
        }
    }

    private static void requirePositive(String setting, long bytes) {
        if (bytes <= 0) {
            throw new RoutingConfigurationException(
                    setting, String.valueOf(bytes), "is not positive", "Use a size such as 64MB.");
        }
    }

    private @Nullable Outside outside(
            DataSource writerPool,
            MonitorPool writerMonitor,
            TableLedger remembering,
            OutsideWrites writes,
            ReplicationMonitor monitor) {
        if (externalWrites == ExternalWrites.NONE) {
            return null;
        }
        Unreported unreported = new Unreported(remembering);
        @Nullable OutsideStream stream = null;
        if (externalWrites == ExternalWrites.STREAM) {
            if (!remembering.knowsVersions()) {
                log.info(
                        "Writes from elsewhere are not streamed: each read asks the writer for its position, and sees them");
                return null;
            }
            stream = new OutsideStream(
                    () -> requireLogin(writerPool), probe, monitor, remembering, writes, unreported, mostRetained);
        }
        OutsideWatch.OtherMeans otherMeans = stream == null ? OutsideWatch.OtherMeans.NONE : stream;
        return new Outside(new OutsideWatch(writerMonitor, probe, writes, otherMeans, unreported), stream, unreported);
    }

    /** A stream needs a connection of another kind than the pool's. */
    private static Login requireLogin(DataSource writerPool) {
        Login login = Login.of(writerPool);
        if (login == null) {
            throw new RoutingConfigurationException(
                    "cache.external-writes",
                    "stream",
                    "needs a connection of its own to the writer, and "
                            + writerPool.getClass().getName() + " does not tell the URL",
                    "Give the writer as a HikariCP pool with a jdbcUrl, or use external-writes=poll.");
        }
        return login;
    }

    /** First it must be known for whom results of others are looked for: nothing is, before the catalog is known. */
    private static Duration refresh(Catalog catalog, PostgresCapture capture) {
        boolean prepared = capture.prepare();
        Duration pause = catalog.refresh();
        return prepared || pause.compareTo(RETRY) < 0 ? pause : RETRY;
    }

    /** Returns the cache, or null where results cannot or shall not be kept. */
    private @Nullable CacheInterceptor cacheInterceptor(
            TableLedger remembering, ReplicationMonitor monitor, DataSource writerPool, PostgresCapture capture) {
        if (cache.mode() == CacheSettings.Mode.OFF) {
            return null;
        }
        if (sessionKey == null && !Pools.isPlain(writerPool)) {
            log.info(
                    "No results are kept: {} may hand out connections of several users or tenants. Tell who asks by a"
                            + " SessionKey, or set lagwise.cache.mode to off and this line goes away",
                    writerPool.getClass().getName());
            return null;
        }
        ResultStore store = resultStore == null ? new LocalResultStore(cache.maximumSize()) : resultStore;
        @Nullable ResultStore shared = remembering.results();
        if (shared != null) {
            shared.attach(capture);
        }
        return new CacheInterceptor(
                cache, store, shared, capture, () -> monitor.latest().epoch());
    }

    private static void requirePostgres(String node, DataSource pool) {
        String url = Pools.url(pool);
        if (url != null && !url.startsWith(POSTGRESQL)) {
            throw new RoutingConfigurationException(
                    node + ".url",
                    url.replaceAll("[?;].*|//[^/]*@", "…"),
                    "is not a PostgreSQL URL",
                    "Only PostgreSQL (" + POSTGRESQL + ") can be routed so far.");
        }
    }

    private Assembly assemble(RoutingDataSource routing, DataSource writerPool) {
        TableLedger remembering = remembering();
        LagSettings watching = watching();
        List<MonitorPool> monitorPools = new ArrayList<>();
        Map<Object, Object> targets = new LinkedHashMap<>();
        targets.put(RoutingDataSource.WRITER, writerPool);
        PoolDefaults writerDefaults = Pools.defaults(writerPool);
        MonitorPool writerMonitor = MonitorPool.of(RoutingDataSource.WRITER, writerPool, writerDefaults);
        monitorPools.add(writerMonitor);
        Map<String, ConnectionSource> readerMonitors = new LinkedHashMap<>();
        List<Node> readerNodes = new ArrayList<>();
        readers.forEach((name, reader) -> {
            targets.put(name, reader.dataSource());
            PoolDefaults defaults = Pools.defaults(reader.dataSource());
            MonitorPool monitor = MonitorPool.of(name, reader.dataSource(), defaults);
            monitorPools.add(monitor);
            readerMonitors.put(name, monitor);
            readerNodes.add(Node.reader(
                    readerNodes.size(),
                    name,
                    reader.weight(),
                    () -> routing.acquire(name),
                    defaults,
                    Pools.eviction(reader.dataSource())));
        });
        SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.POSTGRESQL);
        Catalog catalog = Catalog.of(Dialect.POSTGRESQL, writerMonitor, analyzer, catalogRefresh, routines);
        ReplicationMonitor monitor = new ReplicationMonitor(
                probe, writerMonitor, readerMonitors, remembering, watching, listener, catalog::invalidate);
        PostgresCapture capture = new PostgresCapture(writerMonitor);
        boolean sharing = remembering.results() != null;
        PollLoop catalogLoop =
                new PollLoop("lagwise-catalog", sharing ? () -> refresh(catalog, capture) : catalog::refresh);
        catalog.onDemand(catalogLoop::wake);
        OutsideWrites outsideWrites = new OutsideWrites(remembering, catalog, monitor);
        catalog.onSurprise(outsideWrites::schemaChanged);
        Refiner refiner = new Refiner();
        Wiring wiring = new Wiring(
                Node.writer(
                        RoutingDataSource.WRITER,
                        () -> routing.acquire(RoutingDataSource.WRITER),
                        writerDefaults,
                        Pools.eviction(writerPool)),
                List.copyOf(readerNodes),
                new Stamps(probe),
                new StatementPlans(analyzer, catalog, remembering, refiner),
                new Router(monitor, policy, readerNodes),
                monitor,
                remembering,
                watching,
                transactions,
                listener,
                catalog::invalidate,
                cacheInterceptor(remembering, monitor, writerPool, capture),
                sessionKey);
        LogicalConnections connections = new LogicalConnections(wiring);
        return new Assembly(
                writerPool,
                targets,
                wiring,
                connections,
                new WriterView(connections, writerPool),
                catalog,
                catalogLoop,
                outsideWrites,
                outside(writerPool, writerMonitor, remembering, outsideWrites, monitor),
                capture,
                refiner,
                monitorPools);
    }
}

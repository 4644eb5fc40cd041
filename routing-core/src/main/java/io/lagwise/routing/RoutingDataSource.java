package io.lagwise.routing;

import io.lagwise.CacheReason;
import io.lagwise.RouteDecision;
import io.lagwise.RouteDecision.Target;
import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.cache.CacheInterceptor;
import io.lagwise.jdbc.Node;
import io.lagwise.policy.Choice;
import io.lagwise.policy.StatementPlan;
import io.lagwise.policy.StatementPlans;
import io.lagwise.spi.LagMonitor;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.ReaderLag.State;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableRecord;
import io.lagwise.spi.TableSet;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKeyBuilder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * Sends each statement to the writer, or to a reader that has the last committed write of every table it reads.
 *
 * <p>A connection from here is a logical one: nothing is decided, and no pool touched, before a statement runs. Spring's
 * base class resolves the nodes: all of them are its targets and the writer is the one that whoever asks from outside
 * sees; the key is another only while a connection to another node is being taken.
 *
 * <p>Thread-safe. {@link #close()} ends the watching; the pools given to the builder stay open.
 */
public final class RoutingDataSource extends AbstractRoutingDataSource implements AutoCloseable {
    /** The writer's name in decisions, metrics and explanations. */
    public static final String WRITER = "writer";

    private final ThreadLocal<@Nullable String> acquiring = new ThreadLocal<>();
    private final Assembly assembly;

    RoutingDataSource(Function<RoutingDataSource, Assembly> assembling) {
        this.assembly = assembling.apply(this);
        setDefaultTargetDataSource(assembly.writer());
        setTargetDataSources(assembly.targets());
        setLenientFallback(false);
        afterPropertiesSet();
        assembly.start();
    }

    /** Returns a builder, which needs a writer and at least one reader. */
    public static RoutingDataSourceBuilder builder() {
        return new RoutingDataSourceBuilder();
    }

    @Override
    public Connection getConnection() {
        return assembly.connections().routed();
    }

    /** Always refuses: pools are opened with the credentials they are configured with. */
    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw refusal("Connections with other credentials");
    }

    @Override
    public ConnectionBuilder createConnectionBuilder() throws SQLException {
        throw refusal("Connection builders");
    }

    @Override
    public ShardingKeyBuilder createShardingKeyBuilder() throws SQLException {
        throw refusal("Sharding keys");
    }

    private static SQLException refusal(String what) {
        return new SQLFeatureNotSupportedException(what + " are not supported by a routed data source");
    }

    /** Takes a physical connection from a node's pool. */
    Connection acquire(String node) throws SQLException {
        acquiring.set(node);
        try {
            return determineTargetDataSource().getConnection();
        } finally {
            acquiring.remove();
        }
    }

    @Override
    protected Object determineCurrentLookupKey() {
        String node = acquiring.get();
        return node == null ? WRITER : node;
    }

    /**
     * Returns the writer as a data source whose writes are known to routing.
     *
     * <p>For what must always use the writer: Flyway, Liquibase, Quartz, session-bound tools.
     */
    public DataSource writerView() {
        return assembly.writerView();
    }

    /** Returns what watches the readers. */
    public LagMonitor lagMonitor() {
        return assembly.monitor();
    }

    /** Returns what is known and what was done so far. */
    public RoutingStatus status() {
        CacheInterceptor cache = assembly.wiring().cache();
        return new RoutingStatus(
                assembly.monitor().latest(),
                assembly.monitor().writerFailure(),
                assembly.catalog().failure(),
                assembly.catalog().routinesOnWriter(),
                ledgerStatus(),
                status(assembly.wiring().writer()),
                assembly.wiring().readers().stream()
                        .map(RoutingDataSource::status)
                        .toList(),
                cache == null ? null : cache.status(),
                assembly.outside() == null ? null : assembly.outside().status());
    }

    private RoutingStatus.LedgerStatus ledgerStatus() {
        TableLedger ledger = assembly.wiring().ledger();
        long tables = ledger.records().stream()
                .filter(known -> !TableLedger.PSEUDO_TABLES.contains(known.table()))
                .count();
        TableRecord anything = ledger.describe(List.of(TableLedger.ANYTHING)).get(0);
        return new RoutingStatus.LedgerStatus(
                ledger.coordination(), ledger.state(), (int) tables, anything.inFlight(), ledger.hindrances());
    }

    private static RoutingStatus.NodeStatus status(Node node) {
        return new RoutingStatus.NodeStatus(node.name(), node.inUse(), node.decisions());
    }

    /** Returns where the statement would go now, in auto-commit mode, and why; runs nothing. */
    public Explanation explain(String sql) {
        StatementPlans plans = assembly.wiring().plans();
        StatementPlan ofText = plans.of(sql);
        StatementPlan plan = plans.dependingOn(ofText.hints().tables(), ofText, sql);
        TableSet asked = plan.reads().asked();
        Position required = asked.required();
        Choice choice = assembly.wiring().router().choose(plan, required, asked.obstacle(), plan.hints(), 0);
        RouteDecision decision = choice.isWriter()
                ? new RouteDecision(Target.WRITER, WRITER, choice.reason())
                : new RouteDecision(
                        Target.READER,
                        assembly.wiring().readers().get(choice.reader()).name(),
                        choice.reason());
        LagSnapshot lag = assembly.monitor().latest();
        List<TableRecord> records = assembly.wiring().ledger().describe(tables(plan));
        return new Explanation(
                plan.profile().shape(),
                decision,
                choice.reason().description(),
                plan.readOnly(),
                plan.closure().routines().stream().sorted().toList(),
                remedy(choice.reason()),
                cacheable(sql, plan),
                records.stream()
                        .map(table -> new Explanation.Table(table, because(table.table(), plan)))
                        .toList(),
                lag.readers().stream()
                        .map(reader -> new Explanation.Reader(reader, hasAll(reader, required), lacks(reader, records)))
                        .toList());
    }

    /** Returns whether the result could be kept, and if a hint asks for that now. */
    private CacheReason cacheable(String sql, StatementPlan plan) {
        CacheInterceptor cache = assembly.wiring().cache();
        if (cache == null) {
            return CacheReason.OFF;
        }
        CacheReason ofPlan = plan.closure().cacheable();
        if (ofPlan != CacheReason.CACHEABLE) {
            return ofPlan;
        }
        boolean mayBeOld = plan.hints().route() == RoutingHints.Route.LAG_IGNORE;
        if (!mayBeOld && !assembly.wiring().ledger().knowsVersions()) {
            return CacheReason.COORDINATION;
        }
        CacheReason refusal = cache.refusal(sql);
        if (refusal != null) {
            return refusal;
        }
        return switch (plan.hints().keep()) {
            case CACHED -> CacheReason.CACHEABLE;
            case UNCACHED -> CacheReason.HINT_UNCACHED;
            case AUTO -> cache.verdict(sql);
        };
    }

    private static @Nullable String remedy(RouteReason reason) {
        return switch (reason) {
            case VOLATILE_ROUTINE ->
                "If the routine only reads, say so by ALTER FUNCTION … STABLE, or name its tables under"
                        + " lagwise.catalog.routines";
            case UNKNOWN_ROUTINE -> "Name the routine's tables under lagwise.catalog.routines";
            default -> null;
        };
    }

    private static String because(String table, StatementPlan plan) {
        return switch (table) {
            case TableLedger.UNKNOWN -> "writes that are not understood touch every read";
            case TableLedger.CATALOG -> "changes of the schema touch every read";
            case TableLedger.ANYTHING -> "which tables are read is not known";
            default -> plan.closure().because().getOrDefault(table, "named in the statement");
        };
    }

    private static Set<String> tables(StatementPlan plan) {
        Set<String> tables = new LinkedHashSet<>(plan.reads().names());
        TableSet writes = plan.writes();
        if (writes != null) {
            tables.addAll(writes.names());
        }
        if (!plan.readOnly()) {
            tables.remove(TableLedger.ANYTHING);
        }
        return tables;
    }

    private static List<String> lacks(ReaderLag reader, List<TableRecord> tables) {
        return tables.stream()
                .filter(table -> !has(reader, table))
                .map(TableRecord::table)
                .toList();
    }

    private static boolean has(ReaderLag reader, TableRecord table) {
        Position lastWrite = table.lastWrite();
        return table.inFlight() == 0
                && lastWrite != null
                && reader.status() != null
                && reader.status().position().covers(lastWrite);
    }

    private static boolean hasAll(ReaderLag reader, @Nullable Position required) {
        return reader.state() == State.AVAILABLE
                && reader.status() != null
                && required != null
                && reader.status().position().covers(required);
    }

    /**
     * Says that tables were written by somebody who does not use the library.
     *
     * <p>From here on reads go to readers that have all that was committed before this call, and results kept of these
     * tables are used no more; where records are shared, by any instance. Blocks for the writer's answer.
     *
     * @param tables names as in the database, with or without their schema
     * @throws IllegalArgumentException if a name is none of a table
     * @throws SQLException if the writer cannot be asked, or others not be told
     */
    public void invalidate(String... tables) throws SQLException {
        assembly.outsideWrites().happened(Set.of(tables));
    }

    /** Ends the watching and closes the connections used for it. */
    @Override
    public void close() {
        assembly.close();
    }
}

package io.lagwise.jdbc;

import io.lagwise.RouteDecision;
import io.lagwise.RouteDecision.Target;
import io.lagwise.RouteReason;
import io.lagwise.policy.Choice;
import io.lagwise.policy.ReaderLoad;
import io.lagwise.spi.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The writer or a reader: where physical connections come from, and what was sent there. */
public final class Node implements ReaderLoad {
    private final int index;
    private final String name;
    private final int weight;
    private final ConnectionSource pool;
    private final PoolDefaults defaults;
    private final Consumer<Connection> eviction;
    private final AtomicInteger inUse = new AtomicInteger();
    private final RouteDecision[] decisions;
    private final LongAdder[] counts;

    private Node(
            int index,
            String name,
            int weight,
            ConnectionSource pool,
            PoolDefaults defaults,
            Consumer<Connection> eviction) {
        this.index = index;
        this.name = name;
        this.weight = weight;
        this.pool = pool;
        this.defaults = defaults;
        this.eviction = eviction;
        RouteReason[] reasons = RouteReason.values();
        Target target = isWriter() ? Target.WRITER : Target.READER;
        this.decisions = new RouteDecision[reasons.length];
        this.counts = new LongAdder[reasons.length];
        for (RouteReason reason : reasons) {
            decisions[reason.ordinal()] = new RouteDecision(target, name, reason);
            counts[reason.ordinal()] = new LongAdder();
        }
    }

    /** Returns the writer; the eviction makes its pool forget a connection. */
    public static Node writer(
            String name, ConnectionSource pool, PoolDefaults defaults, Consumer<Connection> eviction) {
        return new Node(Choice.WRITER, name, 1, pool, defaults, eviction);
    }

    /** Returns the reader of this index, from 0. */
    public static Node reader(
            int index,
            String name,
            int weight,
            ConnectionSource pool,
            PoolDefaults defaults,
            Consumer<Connection> eviction) {
        return new Node(index, name, weight, pool, defaults, eviction);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int inUse() {
        return inUse.get();
    }

    @Override
    public int weight() {
        return weight;
    }

    /** Returns how many statements were sent here, by reason; reasons without any are left out. */
    public Map<RouteReason, Long> decisions() {
        Map<RouteReason, Long> sums = new EnumMap<>(RouteReason.class);
        for (RouteReason reason : RouteReason.values()) {
            long sum = counts[reason.ordinal()].sum();
            if (sum > 0) {
                sums.put(reason, sum);
            }
        }
        return sums;
    }

    int index() {
        return index;
    }

    boolean isWriter() {
        return index == Choice.WRITER;
    }

    PoolDefaults defaults() {
        return defaults;
    }

    RouteDecision count(RouteReason reason) {
        counts[reason.ordinal()].increment();
        return decisions[reason.ordinal()];
    }

    Connection acquire() throws SQLException {
        Connection connection = pool.open();
        inUse.incrementAndGet();
        return connection;
    }

    void giveBack(Connection connection) throws SQLException {
        inUse.decrementAndGet();
        connection.close();
    }

    void evict(Connection connection) {
        inUse.decrementAndGet();
        eviction.accept(connection);
    }
}

package io.lagwise.history;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** Counts errors by SQLState, and keeps those that no fault of a server explains. */
final class Errors {
    private final Map<String, LongAdder> byState = new ConcurrentHashMap<>();
    private final Queue<Throwable> unexplained = new ConcurrentLinkedQueue<>();

    void add(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        byState.computeIfAbsent(state, key -> new LongAdder()).increment();
        if (!isExplained(e)) {
            unexplained.add(e);
        }
    }

    void add(Throwable e) {
        unexplained.add(e);
    }

    /** Connections lost or not to be had, a server that ends or starts, deadlock, writer changed or demoted. */
    static boolean isExplained(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return e instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("40001")
                || state.equals("40P01")
                || state.equals("25006");
    }

    Map<String, LongAdder> byState() {
        return new TreeMap<>(byState);
    }

    Queue<Throwable> unexplained() {
        return unexplained;
    }
}

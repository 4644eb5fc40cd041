package io.lagwise.routing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A driver's statement: plain, prepared or callable. */
final class RecordingStatement implements InvocationHandler {
    /** One of a batch. */
    private record Entry(String sql, List<Object> parameters) {}

    private final RecordingSession session;
    private final @Nullable String prepared;
    private final Map<Integer, Object> parameters = new TreeMap<>();
    private final List<Entry> batch = new ArrayList<>();
    private final List<Rows> open = new ArrayList<>();
    private Statement proxy;
    private @Nullable Rows current;
    private int updated = -1;
    private boolean closed;

    RecordingStatement(RecordingSession session, @Nullable String prepared) {
        this.session = session;
        this.prepared = prepared;
    }

    <S extends Statement> S as(Class<S> type) {
        S statement = RecordingSession.proxy(this, type);
        proxy = statement;
        return statement;
    }

    @Override
    public @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments) throws SQLException {
        Object first = arguments == null ? null : arguments[0];
        switch (method.getName()) {
            case "equals":
                return target == first;
            case "hashCode":
                return System.identityHashCode(this);
            case "toString":
                return "statement of " + session;
            case "isClosed":
                return closed;
            case "close":
                close();
                return null;
            case "unwrap":
                return target;
            case "isWrapperFor":
                return ((Class<?>) first).isInstance(target);
            default:
                if (closed) {
                    throw new SQLException("This statement has been closed.", "55000");
                }
                return open(method, arguments, first);
        }
    }

    private @Nullable Object open(Method method, Object @Nullable [] arguments, @Nullable Object first)
            throws SQLException {
        String sql = first instanceof String text && prepared == null ? text : prepared;
        switch (method.getName()) {
            case "executeQuery":
                run(sql);
                return current.results();
            case "executeUpdate":
                run(sql);
                return updated;
            case "executeLargeUpdate":
                run(sql);
                return (long) updated;
            case "execute":
                return run(sql);
            case "addBatch":
                batch.add(new Entry(sql, List.copyOf(parameters.values())));
                return null;
            case "clearBatch":
                batch.clear();
                return null;
            case "executeBatch":
                return batch();
            case "getResultSet":
                return current == null ? null : current.results();
            case "getUpdateCount":
                return updated;
            case "getMoreResults":
                closeResults();
                updated = -1;
                return false;
            case "getGeneratedKeys":
                return result(List.<Object[]>of(new Object[] {1L})).results();
            case "getConnection":
                return session.connection();
            case "clearParameters":
                parameters.clear();
                return null;
            case "getWarnings", "clearWarnings", "cancel", "getMetaData":
                return null;
            default:
                return set(method, arguments);
        }
    }

    private @Nullable Object set(Method method, Object @Nullable [] arguments) throws SQLException {
        if (!method.getName().startsWith("set") && !method.getName().startsWith("register")) {
            throw new UnsupportedOperationException(method.toString());
        }
        if (method.getName().equals("setFetchSize") && (int) arguments[0] < 0) {
            throw new SQLException("Fetch size must be a value greater than or equal to 0.", "22023");
        }
        if (arguments.length > 1 && arguments[0] instanceof Integer index) {
            parameters.put(index, String.valueOf(arguments[1]));
        }
        return null;
    }

    private boolean run(String sql) throws SQLException {
        closeResults();
        List<Object[]> rows = session.run(sql, List.copyOf(parameters.values()));
        boolean writes = RecordingSession.isWrite(sql);
        updated = writes ? 1 : -1;
        current = writes ? null : result(rows);
        return !writes;
    }

    private Rows result(List<Object[]> rows) {
        Rows result = new Rows(rows, session, proxy);
        open.add(result);
        return result;
    }

    private int[] batch() throws SQLException {
        try {
            int[] counts = new int[batch.size()];
            for (int i = 0; i < counts.length; i++) {
                session.run(batch.get(i).sql(), batch.get(i).parameters());
                counts[i] = 1;
            }
            return counts;
        } finally {
            batch.clear();
        }
    }

    private void closeResults() throws SQLException {
        for (Rows rows : List.copyOf(open)) {
            ResultSet results = rows.results();
            results.close();
        }
        open.clear();
        current = null;
    }

    private void close() throws SQLException {
        closeResults();
        closed = true;
    }
}

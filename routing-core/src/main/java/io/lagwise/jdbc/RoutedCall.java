package io.lagwise.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A procedure call: always on the writer, understood as far as the catalog tells.
 *
 * <p>What is set or registered before the call runs is recorded. The connection is kept until the statement is closed, as
 * output parameters may be read until then.
 */
final class RoutedCall extends LeasedStatement<CallableStatement> implements InvocationHandler {
    /** Prepares the physical call; holds what was asked for when the logical one was prepared. */
    @FunctionalInterface
    interface Preparation {
        CallableStatement on(Connection connection) throws SQLException;
    }

    /** A call to be made on each physical statement. */
    private record Recorded(Method method, Object @Nullable [] arguments) {
        void replay(Statement target) throws SQLException {
            Calls.invoke(target, method, arguments);
        }
    }

    /** What a later call of the same kind replaces: the same method for the same parameter, if it is for one. */
    private record Slot(String method, @Nullable Object parameter) {}

    private final String sql;
    private final Preparation preparation;
    private final Map<Slot, Recorded> settings = new LinkedHashMap<>();
    private List<Recorded> batch = new ArrayList<>();

    private RoutedCall(RoutedConnection connection, String sql, Preparation preparation) {
        super(connection);
        this.sql = sql;
        this.preparation = preparation;
    }

    static CallableStatement of(RoutedConnection connection, String sql, Preparation preparation) {
        return (CallableStatement) Proxy.newProxyInstance(
                RoutedCall.class.getClassLoader(),
                new Class<?>[] {CallableStatement.class},
                new RoutedCall(connection, sql, preparation));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
        switch (method.getName()) {
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            case "toString" -> {
                return "call of " + sql;
            }
            case "isClosed" -> {
                return isClosed();
            }
            case "close" -> {
                close();
                return null;
            }
            case "cancel" -> {
                cancel();
                return null;
            }
            default -> {
                checkOpen();
                return wrap((Statement) proxy, open(proxy, method, arguments));
            }
        }
    }

    private @Nullable Object open(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
        String name = method.getName();
        switch (name) {
            case "getConnection" -> {
                return connection();
            }
            case "unwrap" -> {
                return unwrap(proxy, Calls.typeIn(arguments));
            }
            case "isWrapperFor" -> {
                return isWrapperFor(proxy, Calls.typeIn(arguments));
            }
            case "addBatch", "clearBatch", "executeBatch", "executeLargeBatch" -> {
                return batch(method, arguments);
            }
            default -> {
                if (name.startsWith("execute")) {
                    return run(bound -> Calls.invoke(bound, method, arguments));
                }
                if (name.startsWith("set") || name.startsWith("register")) {
                    return record(method, arguments);
                }
                return Calls.invoke(bound(), method, arguments);
            }
        }
    }

    // ---- what is recorded

    private @Nullable Object record(Method method, Object @Nullable [] arguments) throws SQLException {
        Recorded call = new Recorded(method, arguments == null ? null : asTheyAre(arguments));
        settings.put(slot(method, arguments), call);
        CallableStatement bound = physical();
        if (bound != null) {
            call.replay(bound);
        }
        return null;
    }

    private static Slot slot(Method method, Object @Nullable [] arguments) {
        String name = method.getName();
        if (arguments == null || arguments.length < 2) {
            return new Slot(name, null);
        }
        return new Slot(name.startsWith("set") ? "set" : name, arguments[0]);
    }

    private static Object[] asTheyAre(Object[] arguments) throws SQLException {
        Object[] copies = arguments.clone();
        for (int i = 0; i < copies.length; i++) {
            copies[i] = Parameters.asItIs(copies[i]);
        }
        return copies;
    }

    /** The batch is kept here until it runs, each entry with the parameters set for it. */
    private @Nullable Object batch(Method method, Object @Nullable [] arguments) throws SQLException {
        if (method.getName().equals("addBatch")) {
            batch.addAll(settings.values());
            batch.add(new Recorded(method, arguments));
            return null;
        }
        List<Recorded> entries = batch;
        batch = new ArrayList<>();
        if (method.getName().equals("clearBatch")) {
            return null;
        }
        return run(bound -> {
            bound.clearBatch();
            for (Recorded entry : entries) {
                entry.replay(bound);
            }
            return Calls.invoke(bound, method, arguments);
        });
    }

    // ---- running

    /** What the driver answered; it may be nothing. */
    private record Answer(@Nullable Object value) {}

    /** Runs something on the physical call. */
    @FunctionalInterface
    private interface Action {
        @Nullable
        Object on(CallableStatement bound) throws SQLException;
    }

    private @Nullable Object run(Action action) throws SQLException {
        return session()
                .run(connection().plans().of(sql), Intent.WRITE, target -> new Answer(action.on(bind(target))))
                .value();
    }

    private CallableStatement bound() throws SQLException {
        CallableStatement bound = physical();
        return bound != null ? bound : bind(session().writer());
    }

    @Override
    CallableStatement create(Connection target) throws SQLException {
        return preparation.on(target);
    }

    @Override
    void configure(CallableStatement made) throws SQLException {
        for (Recorded call : settings.values()) {
            call.replay(made);
        }
    }

    private @Nullable Object wrap(Statement proxy, @Nullable Object answer) {
        return answer instanceof ResultSet results && physical() != null
                ? new CallResult(results, proxy, session(), lease())
                : answer;
    }

    private Object unwrap(Object proxy, Class<?> type) throws SQLException {
        if (type.isInstance(proxy)) {
            return proxy;
        }
        CallableStatement bound = bind(session().opaqueWriter());
        return bound.unwrap(type);
    }

    private boolean isWrapperFor(Object proxy, Class<?> type) throws SQLException {
        return type.isInstance(proxy) || bound().isWrapperFor(type);
    }

    @Override
    public boolean hasOpenResult() {
        return physical() != null;
    }

    /** A result that names the logical statement as its own. */
    private static final class CallResult extends ForwardingResultSet {
        private final Statement statement;
        private final LogicalSession session;
        private final Lease lease;

        CallResult(ResultSet results, Statement statement, LogicalSession session, Lease lease) {
            super(results);
            this.statement = statement;
            this.session = session;
            this.lease = lease;
        }

        @Override
        public Statement getStatement() {
            return statement;
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            if (!type.isInstance(this)) {
                session.exposed(lease);
            }
            return super.unwrap(type);
        }
    }
}

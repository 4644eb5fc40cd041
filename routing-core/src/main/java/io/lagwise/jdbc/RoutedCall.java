package io.lagwise.jdbc;

import io.lagwise.policy.StatementPlan;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A procedure call: always on the writer, understood as far as the catalog tells.
 *
 * <p>Parameters that are set or registered before the call runs are recorded. The connection is kept until the statement
 * is closed, as output parameters may be read until then.
 */
final class RoutedCall implements InvocationHandler, Bound {
    /** Prepares the physical call; holds what was asked for when the logical one was prepared. */
    @FunctionalInterface
    interface Preparation {
        CallableStatement on(Connection connection) throws SQLException;
    }

    private record Recorded(Method method, Object @Nullable [] arguments) {
        void replay(Statement target) throws SQLException {
            call(target, method, arguments);
        }
    }

    private final RoutedConnection connection;
    private final String sql;
    private final Preparation preparation;
    private final List<Recorded> recorded = new ArrayList<>();
    private @Nullable CallableStatement physical;
    private @Nullable Lease lease;
    private boolean closed;

    private RoutedCall(RoutedConnection connection, String sql, Preparation preparation) {
        this.connection = connection;
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
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        switch (name) {
            case "getConnection" -> {
                return connection;
            }
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            case "isClosed" -> {
                return closed;
            }
            case "close" -> {
                close();
                return null;
            }
            default -> {
                checkOpen();
                return dispatch((Statement) proxy, method, arguments);
            }
        }
    }

    private @Nullable Object dispatch(Statement proxy, Method method, Object @Nullable [] arguments)
            throws SQLException {
        String name = method.getName();
        if (name.startsWith("execute")) {
            return wrap(proxy, execute(method, arguments));
        }
        if (name.startsWith("set") || name.startsWith("register") || name.equals("addBatch")) {
            return record(method, arguments);
        }
        CallableStatement bound = physical;
        if (bound == null) {
            bound = bind(connection.session().writerLease());
        }
        return wrap(proxy, call(bound, method, arguments));
    }

    private @Nullable Object record(Method method, Object @Nullable [] arguments) throws SQLException {
        Recorded call = new Recorded(method, arguments == null ? null : arguments.clone());
        recorded.add(call);
        CallableStatement bound = physical;
        if (bound != null) {
            call.replay(bound);
        }
        return null;
    }

    private @Nullable Object execute(Method method, Object @Nullable [] arguments) throws SQLException {
        StatementPlan plan = connection.plans().of(sql);
        return connection
                .session()
                .run(plan, Intent.WRITE, target -> Optional.ofNullable(call(bind(target), method, arguments)))
                .orElse(null);
    }

    private CallableStatement bind(Lease target) throws SQLException {
        CallableStatement bound = physical;
        if (bound != null && lease == target) {
            return bound;
        }
        unbind();
        CallableStatement made = preparation.on(target.physical());
        physical = made;
        lease = target;
        target.bind(this);
        for (Recorded call : recorded) {
            call.replay(made);
        }
        return made;
    }

    private static @Nullable Object call(Statement target, Method method, Object @Nullable [] arguments)
            throws SQLException {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException sql) {
                throw sql;
            }
            throw new SQLException("The driver failed in " + method.getName(), cause);
        } catch (IllegalAccessException e) {
            throw new SQLException("The driver does not give access to " + method.getName(), e);
        }
    }

    private static @Nullable Object wrap(Statement proxy, @Nullable Object answer) {
        return answer instanceof ResultSet results ? new CallResult(results, proxy) : answer;
    }

    @Override
    public boolean hasOpenResult() {
        return physical != null;
    }

    @Override
    public void unbind() {
        Lease target = lease;
        CallableStatement bound = physical;
        lease = null;
        physical = null;
        if (target != null && bound != null) {
            target.unbound(this);
            connection.closeQuietly(bound);
        }
    }

    private void close() throws SQLException {
        if (!closed) {
            closed = true;
            unbind();
            connection.session().releaseIdle();
        }
    }

    private void checkOpen() throws SQLException {
        if (closed) {
            throw new SQLException("The statement is closed", SqlStates.CLOSED);
        }
        connection.checkOpen();
    }

    /** A result that names the logical statement as its own. */
    private static final class CallResult extends ForwardingResultSet {
        private final Statement statement;

        CallResult(ResultSet results, Statement statement) {
            super(results);
            this.statement = statement;
        }

        @Override
        public Statement getStatement() {
            return statement;
        }
    }
}

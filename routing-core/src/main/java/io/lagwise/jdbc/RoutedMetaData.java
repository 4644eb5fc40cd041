package io.lagwise.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers for the metadata of the database.
 *
 * <p>What is a constant of driver and server is asked once per data source and takes no connection afterwards. Catalog
 * queries run on the connection held, else on the writer, which is kept until their result is closed.
 */
final class RoutedMetaData implements InvocationHandler {
    private final RoutedConnection connection;
    private final Map<String, Object> constants;

    private RoutedMetaData(RoutedConnection connection, Map<String, Object> constants) {
        this.connection = connection;
        this.constants = constants;
    }

    /** Returns an empty memory of constants, for one data source. */
    static Map<String, Object> memory() {
        return new ConcurrentHashMap<>();
    }

    static DatabaseMetaData of(RoutedConnection connection, Map<String, Object> constants) {
        return (DatabaseMetaData) Proxy.newProxyInstance(
                RoutedMetaData.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                new RoutedMetaData(connection, constants));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        switch (method.getName()) {
            case "getConnection" -> {
                return connection;
            }
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            default -> {
                connection.checkOpen();
                return isConstant(method) ? constant(method) : call(method, arguments);
            }
        }
    }

    private static boolean isConstant(Method method) {
        return method.getParameterCount() == 0
                && !ResultSet.class.isAssignableFrom(method.getReturnType())
                && !method.getName().equals("isReadOnly");
    }

    private @Nullable Object constant(Method method) throws Throwable {
        Object known = constants.get(method.getName());
        if (known != null) {
            return known;
        }
        Object asked = call(method, null);
        if (asked == null) {
            return asked;
        }
        constants.put(method.getName(), asked);
        return asked;
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        LogicalSession session = connection.session();
        Lease lease = session.any();
        try {
            Object answer = method.invoke(lease.physical().getMetaData(), arguments);
            if (answer instanceof ResultSet results) {
                return new HeldResult(results, lease, session);
            }
            return answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            session.releaseIdle();
        }
    }

    /** A result of the catalog that keeps its connection until it is closed. */
    private static final class HeldResult extends ForwardingResultSet implements Bound {
        private final Lease lease;
        private final LogicalSession session;
        private boolean closed;

        HeldResult(ResultSet results, Lease lease, LogicalSession session) {
            super(results);
            this.lease = lease;
            this.session = session;
            lease.bind(this);
        }

        /** Returns null, as JDBC permits for results of metadata: the physical statement is not for the application. */
        @Override
        public @Nullable Statement getStatement() {
            return null;
        }

        @Override
        public boolean hasOpenResult() {
            return !closed;
        }

        @Override
        public void unbind() {
            closed = true;
            lease.unbound(this);
        }

        @Override
        public void close() throws SQLException {
            if (!closed) {
                unbind();
                results().close();
                session.releaseIdle();
            }
        }
    }
}

package io.lagwise.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Answers for the metadata of the database.
 *
 * <p>What is a constant of driver and server is asked once per data source and takes no connection afterwards. Catalog
 * queries run on the writer, or on the reader whose snapshot the transaction sees, and keep the connection until their
 * result is closed.
 */
final class RoutedMetaData implements InvocationHandler {
    private final RoutedConnection connection;
    private final DriverConstants constants;

    private RoutedMetaData(RoutedConnection connection, DriverConstants constants) {
        this.connection = connection;
        this.constants = constants;
    }

    static DatabaseMetaData of(RoutedConnection connection, DriverConstants constants) {
        return (DatabaseMetaData) Proxy.newProxyInstance(
                RoutedMetaData.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                new RoutedMetaData(connection, constants));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
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
            case "toString" -> {
                return "metadata of " + connection;
            }
            case "unwrap" -> {
                return unwrap(proxy, Calls.typeIn(arguments));
            }
            case "isWrapperFor" -> {
                return Calls.typeIn(arguments).isInstance(proxy) || Boolean.TRUE.equals(call(method, arguments));
            }
            default -> {
                connection.checkOpen();
                return isConstant(method)
                        ? constants.answer(method, arguments, () -> call(method, arguments))
                        : call(method, arguments);
            }
        }
    }

    /** The driver's metadata leads to its connection, by which anything can be done. */
    private Object unwrap(Object proxy, Class<?> type) throws SQLException {
        return type.isInstance(proxy)
                ? proxy
                : connection.session().opaqueWriter().physical().getMetaData().unwrap(type);
    }

    private static boolean isConstant(Method method) {
        return !ResultSet.class.isAssignableFrom(method.getReturnType())
                && Arrays.stream(method.getParameterTypes()).allMatch(Class::isPrimitive)
                && !method.getName().equals("isReadOnly");
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws SQLException {
        LogicalSession session = connection.session();
        Lease lease = session.forCatalog();
        try {
            Object answer = Calls.invoke(lease.physical().getMetaData(), method, arguments);
            return answer instanceof ResultSet results ? new HeldResult(results, lease, session) : answer;
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
            RoutedConnection.closeQuietly(results());
        }

        @Override
        public void close() throws SQLException {
            if (!closed) {
                closed = true;
                lease.unbound(this);
                try {
                    results().close();
                } finally {
                    session.releaseIdle();
                }
            }
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

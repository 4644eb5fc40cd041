package io.lagwise.routing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One session of a {@link RecordingServer} and the driver's connection to it, which behaves as pgjdbc does. */
final class RecordingSession implements InvocationHandler {
    /** What a test can unwrap a connection to. */
    interface Recorded {
        RecordingSession session();
    }

    private static final Set<String> WRITES =
            Set.of("insert", "update", "delete", "merge", "create", "drop", "alter", "truncate", "call", "{call", "do");

    private final RecordingServer server;
    private final int number;
    private final Connection connection = RecordingSession.proxy(this, Connection.class, Recorded.class);
    private final Map<String, Object> properties = new HashMap<>(Map.of(
            "AutoCommit",
            true,
            "ReadOnly",
            false,
            "TransactionIsolation",
            Connection.TRANSACTION_READ_COMMITTED,
            "Holdability",
            ResultSet.CLOSE_CURSORS_AT_COMMIT,
            "Catalog",
            "app",
            "Schema",
            "public",
            "NetworkTimeout",
            0,
            "TypeMap",
            Map.of()));
    private final Properties clientInfo = new Properties();
    private volatile boolean ofApplication;
    private volatile boolean closed;
    private volatile boolean broken;
    private boolean inTransaction;
    private boolean wrote;

    RecordingSession(RecordingServer server, int number) {
        this.server = server;
        this.number = number;
    }

    static <T> T proxy(InvocationHandler handler, Class<T> type, Class<?>... more) {
        Class<?>[] types = new Class<?>[more.length + 1];
        types[0] = type;
        System.arraycopy(more, 0, types, 1, more.length);
        return type.cast(Proxy.newProxyInstance(RecordingSession.class.getClassLoader(), types, handler));
    }

    Connection connection() {
        return connection;
    }

    int number() {
        return number;
    }

    boolean isOfApplication() {
        return ofApplication;
    }

    void usedByApplication() {
        ofApplication = true;
    }

    boolean isLost() {
        return closed || broken;
    }

    void breakConnection() {
        broken = true;
    }

    /** Returns what was set last, by the name of the setter. */
    Object property(String name) {
        return properties.get(name);
    }

    Properties clientInfo() {
        return clientInfo;
    }

    // ---- what the server does

    /** Runs a statement of the application, or one of those by which the library asks the server. */
    List<Object[]> run(String sql, List<Object> parameters) throws SQLException {
        check();
        List<Object[]> known = Asked.answer(this, server, sql, parameters);
        if (known != null) {
            return server.trip(this, "(asked)", () -> known);
        }
        return server.trip(this, parameters.isEmpty() ? sql : sql + " " + parameters, () -> execute(sql));
    }

    private List<Object[]> execute(String sql) throws SQLException {
        inTransaction = !isAutoCommit();
        if (isWrite(sql)) {
            write();
        }
        return List.<Object[]>of(new Object[] {1L});
    }

    static boolean isWrite(String sql) {
        return WRITES.contains(sql.strip().split("\\s+", 2)[0].toLowerCase(Locale.ROOT));
    }

    private void write() throws SQLException {
        if (server.isRecovering() || (inTransaction && property("ReadOnly").equals(true))) {
            throw new SQLException("cannot write in a read-only transaction", "25006");
        }
        wrote = true;
        if (isAutoCommit()) {
            finish();
        }
    }

    private boolean isAutoCommit() {
        return property("AutoCommit").equals(true);
    }

    private void commit() throws SQLException {
        if (inTransaction) {
            server.trip(this, "COMMIT", () -> {
                finish();
                return true;
            });
        }
    }

    private void finish() {
        if (wrote) {
            server.cluster().write();
        }
        wrote = false;
        inTransaction = false;
    }

    private void rollback() throws SQLException {
        if (inTransaction) {
            server.trip(this, "ROLLBACK", () -> {
                wrote = false;
                inTransaction = false;
                return true;
            });
        }
    }

    private void check() throws SQLException {
        if (closed || broken) {
            throw new SQLException("This connection has been closed.", "08003");
        }
    }

    // ---- the driver's connection

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
        Object first = arguments == null ? null : arguments[0];
        switch (method.getName()) {
            case "session":
                return this;
            case "equals":
                return proxy == first;
            case "hashCode":
                return number;
            case "toString":
                return server.name() + "#" + number;
            case "isClosed":
                return closed || broken;
            case "isValid":
                return !isLost();
            case "close", "abort":
                close();
                return null;
            case "unwrap":
                return proxy;
            case "isWrapperFor":
                return ((Class<?>) first).isInstance(proxy);
            case "getWarnings", "clearWarnings":
                return null;
            default:
                check();
                return session(proxy, method, arguments, first);
        }
    }

    private @Nullable Object session(Object proxy, Method method, Object @Nullable [] arguments, @Nullable Object first)
            throws SQLException {
        switch (method.getName()) {
            case "createStatement":
                return new RecordingStatement(this, null).as(Statement.class);
            case "prepareStatement":
                return new RecordingStatement(this, (String) first).as(PreparedStatement.class);
            case "prepareCall":
                return new RecordingStatement(this, (String) first).as(CallableStatement.class);
            case "commit":
                commit();
                return null;
            case "rollback":
                if (arguments == null) {
                    rollback();
                } else {
                    server.trip(this, "ROLLBACK TO SAVEPOINT", () -> true);
                }
                return null;
            case "setSavepoint":
                inTransaction = true;
                return server.trip(this, "SAVEPOINT", () -> proxy((p, m, a) -> 1, Savepoint.class));
            case "releaseSavepoint":
                return server.trip(this, "RELEASE SAVEPOINT", () -> null);
            case "setClientInfo":
                server.trip(
                        this,
                        "SET application_name",
                        () -> arguments[1] == null ? clientInfo.remove(first) : clientInfo.put(first, arguments[1]));
                return null;
            case "getClientInfo":
                return first == null ? clientInfo : clientInfo.getProperty((String) first);
            case "createArrayOf":
                return proxy((p, m, a) -> null, java.sql.Array.class);
            case "nativeSQL":
                return first;
            case "getMetaData":
                return proxy(this::metaData, DatabaseMetaData.class);
            default:
                return property(method, arguments);
        }
    }

    private @Nullable Object property(Method method, Object @Nullable [] arguments) throws SQLException {
        String name = method.getName().replaceFirst("^(get|set|is)", "");
        if (!properties.containsKey(name)) {
            throw new UnsupportedOperationException(method.toString());
        }
        if (!method.getName().startsWith("set")) {
            return name.equals("TransactionIsolation") || name.equals("Schema")
                    ? server.trip(this, "SHOW " + name, () -> properties.get(name))
                    : properties.get(name);
        }
        Object value = arguments[arguments.length - 1];
        if (name.equals("AutoCommit") && value.equals(true)) {
            commit();
        }
        if (Set.of("ReadOnly", "TransactionIsolation").contains(name) && inTransaction) {
            throw new SQLException("Cannot change " + name + " in the middle of a transaction.", "25001");
        }
        if (Set.of("TransactionIsolation", "Schema").contains(name)) {
            server.trip(this, "SET " + name + " " + value, () -> true);
        }
        properties.put(name, value);
        return null;
    }

    private @Nullable Object metaData(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
        check();
        switch (method.getName()) {
            case "getConnection":
                return connection;
            case "getDatabaseProductName":
                return "Recording";
            case "getTables":
                return server.trip(this, "getTables", () -> new Rows(List.of()).results());
            case "supportsBatchUpdates":
                return true;
            default:
                throw new UnsupportedOperationException(method.toString());
        }
    }

    private void close() {
        closed = true;
        if (!broken) {
            server.ended(this);
        }
    }

    @Override
    public String toString() {
        return server.name() + "#" + number;
    }
}

package io.lagwise.routing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A driver's result set over rows in memory. */
final class Rows implements InvocationHandler {
    private final List<Object[]> rows;
    private final @Nullable RecordingSession session;
    private final @Nullable Statement statement;
    private final ResultSet results = RecordingSession.proxy(this, ResultSet.class);
    private int at = -1;
    private boolean closed;

    Rows(List<Object[]> rows) {
        this(rows, null, null);
    }

    Rows(List<Object[]> rows, @Nullable RecordingSession session, @Nullable Statement statement) {
        this.rows = rows;
        this.session = session;
        this.statement = statement;
    }

    ResultSet results() {
        return results;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
        switch (method.getName()) {
            case "close":
                closed = true;
                return null;
            case "isClosed":
                return closed;
            case "hashCode":
                return System.identityHashCode(this);
            case "equals":
                return proxy == arguments[0];
            case "toString":
                return "rows";
            default:
                if (closed) {
                    throw new SQLException("This ResultSet is closed.", "55000");
                }
                return read(method, arguments);
        }
    }

    private @Nullable Object read(Method method, Object @Nullable [] arguments) throws SQLException {
        switch (method.getName()) {
            case "next":
                at++;
                return at < rows.size();
            case "getStatement":
                return statement;
            case "getWarnings", "clearWarnings", "getMetaData":
                return null;
            case "wasNull":
                return false;
            case "updateRow", "insertRow", "deleteRow":
                session.run("update through " + method.getName(), List.of());
                return null;
            default:
                return convert(method.getReturnType(), rows.get(at)[(Integer) arguments[0] - 1]);
        }
    }

    private static Object convert(Class<?> type, Object value) {
        if (type == int.class) {
            return ((Number) value).intValue();
        }
        return type == String.class ? String.valueOf(value) : value;
    }
}

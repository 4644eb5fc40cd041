package io.lagwise.jdbc;

import io.lagwise.cache.CachedRows;
import io.lagwise.cache.KeptValues;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A result over kept rows, which belongs to the logical statement and to no connection.
 *
 * <p>What is kept may not change: arrays of bytes are copied. The driver's own objects stay hidden, as they lead to a
 * connection that is not the application's.
 *
 * <p>Values that the driver has made before are not asked of it again, as long as it is known in which row it is.
 */
final class ServedResultSet extends ForwardingResultSet {
    private static final int NOWHERE = -1;

    private final RoutedStatement<?> statement;
    private final KeptValues kept;
    private int rowsRead;
    private int row = NOWHERE;
    private boolean valueWasKept;
    private boolean closed;

    /** Makes the result; where it may go back and forth, it does not know in which row it is. */
    ServedResultSet(CachedRows rows, int type, RoutedStatement<?> statement) throws SQLException {
        super(rows.open(type));
        this.kept = type == ResultSet.TYPE_FORWARD_ONLY ? rows.values() : KeptValues.NONE;
        this.statement = statement;
    }

    @Override
    public Statement getStatement() throws SQLException {
        if (closed) {
            throw new SQLException("The result set is closed", SqlStates.STATEMENT_CLOSED);
        }
        return statement;
    }

    @Override
    public void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        row = NOWHERE;
        valueWasKept = false;
        try {
            results().close();
        } finally {
            statement.servedClosed(this);
        }
    }

    @Override
    public boolean isClosed() {
        return closed || statement.isClosed();
    }

    @Override
    public boolean next() throws SQLException {
        statement.checkOpen();
        boolean there = super.next();
        row = there ? rowsRead++ : NOWHERE;
        return there;
    }

    // ---- values that need not be made again

    @Override
    ResultSet values() {
        valueWasKept = false;
        return results();
    }

    @Override
    public boolean wasNull() throws SQLException {
        return !valueWasKept && super.wasNull();
    }

    @Override
    public @Nullable String getString(int column) throws SQLException {
        if (kept.get(row, column) instanceof String text) {
            valueWasKept = true;
            return text;
        }
        String text = super.getString(column);
        if (text != null) {
            kept.put(row, column, text);
        }
        return text;
    }

    @Override
    public @Nullable String getString(String label) throws SQLException {
        return getString(findColumn(label));
    }

    @Override
    public int getInt(int column) throws SQLException {
        if (kept.get(row, column) instanceof Integer number) {
            valueWasKept = true;
            return number;
        }
        int number = super.getInt(column);
        if (!super.wasNull()) {
            kept.put(row, column, number);
        }
        return number;
    }

    @Override
    public int getInt(String label) throws SQLException {
        return getInt(findColumn(label));
    }

    @Override
    public long getLong(int column) throws SQLException {
        if (kept.get(row, column) instanceof Long number) {
            valueWasKept = true;
            return number;
        }
        long number = super.getLong(column);
        if (!super.wasNull()) {
            kept.put(row, column, number);
        }
        return number;
    }

    @Override
    public long getLong(String label) throws SQLException {
        return getLong(findColumn(label));
    }

    // ---- values that could be changed

    private static <T> T copy(T value) {
        if (value instanceof byte[] bytes) {
            @SuppressWarnings("unchecked")
            T copied = (T) bytes.clone();
            return copied;
        }
        return value;
    }

    @Override
    public byte[] getBytes(int column) throws SQLException {
        return copy(super.getBytes(column));
    }

    @Override
    public byte[] getBytes(String label) throws SQLException {
        return copy(super.getBytes(label));
    }

    @Override
    public Object getObject(int column) throws SQLException {
        return copy(super.getObject(column));
    }

    @Override
    public Object getObject(String label) throws SQLException {
        return copy(super.getObject(label));
    }

    @Override
    public Object getObject(int column, Map<String, Class<?>> map) throws SQLException {
        return copy(super.getObject(column, map));
    }

    @Override
    public Object getObject(String label, Map<String, Class<?>> map) throws SQLException {
        return copy(super.getObject(label, map));
    }

    @Override
    public <T> T getObject(int column, Class<T> type) throws SQLException {
        return copy(super.getObject(column, type));
    }

    @Override
    public <T> T getObject(String label, Class<T> type) throws SQLException {
        return copy(super.getObject(label, type));
    }

    // ---- what leads to a session

    private static SQLException refusal(String what) {
        return new SQLFeatureNotSupportedException(
                what + " cannot be had of a result from the cache; keep this statement's results out of it by"
                        + " @UncachedSql or RoutingHints.uncached()");
    }

    @Override
    public @Nullable Blob getBlob(int column) throws SQLException {
        throw refusal("A large object");
    }

    @Override
    public @Nullable Blob getBlob(String label) throws SQLException {
        throw refusal("A large object");
    }

    @Override
    public @Nullable Clob getClob(int column) throws SQLException {
        throw refusal("A large object");
    }

    @Override
    public @Nullable Clob getClob(String label) throws SQLException {
        throw refusal("A large object");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw refusal("An object of the driver");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}

package io.lagwise.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What was set on a statement, to be set on each physical one; the defaults are those of JDBC.
 *
 * <p>Values that no driver accepts are refused here, as there is no physical statement yet that would.
 */
final class StatementSettings {
    private static final int MAX_FIELD_SIZE = 1;
    private static final int MAX_ROWS = 1 << 1;
    private static final int QUERY_TIMEOUT = 1 << 2;
    private static final int FETCH_DIRECTION = 1 << 3;
    private static final int FETCH_SIZE = 1 << 4;
    private static final int ESCAPES = 1 << 5;
    private static final int POOLABLE = 1 << 6;
    private static final int CURSOR_NAME = 1 << 7;

    private int changed;
    private int maxFieldSize;
    private long maxRows;
    private int queryTimeoutSeconds;
    private int fetchDirection = ResultSet.FETCH_FORWARD;
    private int fetchSize;
    private boolean escapes = true;
    private boolean poolable;
    private @Nullable String cursorName;

    StatementSettings(boolean poolable) {
        this.poolable = poolable;
    }

    int maxFieldSize() {
        return maxFieldSize;
    }

    void maxFieldSize(int max) throws SQLException {
        requireNotNegative(max, "maxFieldSize");
        maxFieldSize = max;
        changed |= MAX_FIELD_SIZE;
    }

    long maxRows() {
        return maxRows;
    }

    void maxRows(long max) throws SQLException {
        requireNotNegative(max, "maxRows");
        maxRows = max;
        changed |= MAX_ROWS;
    }

    int queryTimeoutSeconds() {
        return queryTimeoutSeconds;
    }

    void queryTimeoutSeconds(int seconds) throws SQLException {
        requireNotNegative(seconds, "queryTimeout");
        queryTimeoutSeconds = seconds;
        changed |= QUERY_TIMEOUT;
    }

    int fetchDirection() {
        return fetchDirection;
    }

    void fetchDirection(int direction) throws SQLException {
        require(
                direction >= ResultSet.FETCH_FORWARD && direction <= ResultSet.FETCH_UNKNOWN,
                "fetchDirection",
                direction);
        fetchDirection = direction;
        changed |= FETCH_DIRECTION;
    }

    int fetchSize() {
        return fetchSize;
    }

    /** MySQL streams rows where the size is {@link Integer#MIN_VALUE}. */
    void fetchSize(int rows) throws SQLException {
        require(rows >= 0 || rows == Integer.MIN_VALUE, "fetchSize", rows);
        fetchSize = rows;
        changed |= FETCH_SIZE;
    }

    boolean escapes() {
        return escapes;
    }

    void escapes(boolean enable) {
        escapes = enable;
        changed |= ESCAPES;
    }

    boolean poolable() {
        return poolable;
    }

    void poolable(boolean value) {
        poolable = value;
        changed |= POOLABLE;
    }

    /** Returns whether rows are asked for all at once, in their order and uncut. */
    boolean isWhole() {
        return fetchSize == 0 && cursorName == null && maxFieldSize == 0 && fetchDirection == ResultSet.FETCH_FORWARD;
    }

    void cursorName(String name) {
        cursorName = name;
        changed |= CURSOR_NAME;
    }

    private static void requireNotNegative(long value, String what) throws SQLException {
        require(value >= 0, what, value);
    }

    private static void require(boolean valid, String what, long value) throws SQLException {
        if (!valid) {
            throw new SQLException(what + " cannot be " + value, SqlStates.INVALID_VALUE);
        }
    }

    void applyTo(Statement statement) throws SQLException {
        if (changed == 0) {
            return;
        }
        if (has(MAX_FIELD_SIZE)) {
            statement.setMaxFieldSize(maxFieldSize);
        }
        if (has(MAX_ROWS)) {
            applyMaxRows(statement);
        }
        if (has(QUERY_TIMEOUT)) {
            statement.setQueryTimeout(queryTimeoutSeconds);
        }
        if (has(FETCH_DIRECTION)) {
            statement.setFetchDirection(fetchDirection);
        }
        if (has(FETCH_SIZE)) {
            statement.setFetchSize(fetchSize);
        }
        if (has(ESCAPES)) {
            statement.setEscapeProcessing(escapes);
        }
        if (has(POOLABLE)) {
            statement.setPoolable(poolable);
        }
        if (has(CURSOR_NAME)) {
            statement.setCursorName(cursorName);
        }
    }

    private boolean has(int setting) {
        return (changed & setting) != 0;
    }

    /** Drivers need not know the large variant. */
    private void applyMaxRows(Statement statement) throws SQLException {
        if (maxRows > Integer.MAX_VALUE) {
            statement.setLargeMaxRows(maxRows);
        } else {
            statement.setMaxRows((int) maxRows);
        }
    }
}

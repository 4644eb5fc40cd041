package io.lagwise.jdbc;

import io.lagwise.policy.StatementPlan;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement whose physical one is made when it runs, on the connection that was chosen for it then.
 *
 * <p>What is set on it before is recorded and carried over. In auto-commit mode the physical statement goes with its
 * results, so that an idle statement holds nothing.
 */
class RoutedStatement implements Statement, Bound {
    /** Runs something on a physical statement. */
    @FunctionalInterface
    interface Action<S extends Statement, R> {
        R on(S statement) throws SQLException;
    }

    private final RoutedConnection connection;
    private final LogicalSession session;
    final StatementSettings settings;
    private List<String> batch = List.of();
    private volatile @Nullable Statement physical;
    private @Nullable Lease lease;
    private @Nullable RoutedResultSet result;
    private boolean closeOnCompletion;
    private boolean poolable;
    private volatile boolean closed;

    RoutedStatement(RoutedConnection connection, StatementSettings settings) {
        this.connection = connection;
        this.session = connection.session();
        this.settings = settings;
    }

    // ---- running

    /** Runs an action where the plan says, on a physical statement made or kept for it. */
    final <R> R run(StatementPlan plan, Intent intent, Action<Statement, R> action) throws SQLException {
        checkOpen();
        closeResult();
        Intent effective = settings.isUpdatable() ? Intent.WRITE : intent;
        try {
            return session.run(plan, effective, target -> action.on(bind(target)));
        } catch (SQLException e) {
            session.releaseIdle();
            throw e;
        }
    }

    private <R> R run(String sql, Intent intent, Action<Statement, R> action) throws SQLException {
        return run(connection.plans().of(sql), intent, action);
    }

    final Statement bind(Lease target) throws SQLException {
        Statement current = physical;
        if (current != null && lease == target) {
            return current;
        }
        unbind();
        Statement made = create(target.physical());
        physical = made;
        lease = target;
        target.bind(this);
        settings.applyTo(made);
        return made;
    }

    Statement create(Connection target) throws SQLException {
        if (settings.isDefaultShape()) {
            return target.createStatement();
        }
        return settings.holdability() == 0
                ? target.createStatement(settings.type(), settings.concurrency())
                : target.createStatement(settings.type(), settings.concurrency(), settings.holdability());
    }

    @Override
    public final boolean hasOpenResult() {
        return result != null;
    }

    @Override
    public final void unbind() {
        Lease target = lease;
        Statement current = physical;
        lease = null;
        physical = null;
        result = null;
        if (target != null && current != null) {
            target.unbound(this);
            connection.closeQuietly(current);
        }
    }

    final RoutedResultSet wrap(ResultSet results) {
        RoutedResultSet wrapped = new RoutedResultSet(results, this);
        result = wrapped;
        return wrapped;
    }

    /** Looks whether the physical statement has a result, so that its connection is kept until that is closed. */
    final boolean expectResult(boolean hasResult) throws SQLException {
        if (hasResult) {
            Statement current = physical;
            ResultSet results = current == null ? null : current.getResultSet();
            if (results != null) {
                wrap(results);
            }
        }
        return hasResult;
    }

    private void closeResult() throws SQLException {
        RoutedResultSet open = result;
        if (open != null) {
            open.close();
        }
    }

    final void resultClosed(RoutedResultSet closedResult) throws SQLException {
        if (result != closedResult) {
            return;
        }
        result = null;
        if (session.settings().autoCommit()) {
            Lease target = lease;
            if (target != null && !target.hasWritten()) {
                unbind();
            }
        }
        session.releaseIdle();
        if (closeOnCompletion) {
            close();
        }
    }

    final void checkOpen() throws SQLException {
        if (closed) {
            throw new SQLException("The statement is closed", SqlStates.CLOSED);
        }
        connection.checkOpen();
    }

    final RoutedConnection connection() {
        return connection;
    }

    final LogicalSession session() {
        return session;
    }

    final @Nullable Statement physical() {
        return physical;
    }

    private static Intent keys(int autoGeneratedKeys) {
        return autoGeneratedKeys == RETURN_GENERATED_KEYS ? Intent.WRITE : Intent.PLAIN;
    }

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        return run(sql, Intent.PLAIN, statement -> wrap(statement.executeQuery(sql)));
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        return run(sql, Intent.PLAIN, statement -> statement.executeUpdate(sql));
    }

    @Override
    public int executeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        return run(sql, keys(autoGeneratedKeys), statement -> statement.executeUpdate(sql, autoGeneratedKeys));
    }

    @Override
    public int executeUpdate(String sql, int[] columnIndexes) throws SQLException {
        return run(sql, Intent.WRITE, statement -> statement.executeUpdate(sql, columnIndexes));
    }

    @Override
    public int executeUpdate(String sql, String[] columnNames) throws SQLException {
        return run(sql, Intent.WRITE, statement -> statement.executeUpdate(sql, columnNames));
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        return run(sql, Intent.PLAIN, statement -> statement.executeLargeUpdate(sql));
    }

    @Override
    public long executeLargeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        return run(sql, keys(autoGeneratedKeys), statement -> statement.executeLargeUpdate(sql, autoGeneratedKeys));
    }

    @Override
    public long executeLargeUpdate(String sql, int[] columnIndexes) throws SQLException {
        return run(sql, Intent.WRITE, statement -> statement.executeLargeUpdate(sql, columnIndexes));
    }

    @Override
    public long executeLargeUpdate(String sql, String[] columnNames) throws SQLException {
        return run(sql, Intent.WRITE, statement -> statement.executeLargeUpdate(sql, columnNames));
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        return run(sql, Intent.PLAIN, statement -> expectResult(statement.execute(sql)));
    }

    @Override
    public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
        return run(sql, keys(autoGeneratedKeys), statement -> expectResult(statement.execute(sql, autoGeneratedKeys)));
    }

    @Override
    public boolean execute(String sql, int[] columnIndexes) throws SQLException {
        return run(sql, Intent.WRITE, statement -> expectResult(statement.execute(sql, columnIndexes)));
    }

    @Override
    public boolean execute(String sql, String[] columnNames) throws SQLException {
        return run(sql, Intent.WRITE, statement -> expectResult(statement.execute(sql, columnNames)));
    }

    // ---- batches

    @Override
    public void addBatch(String sql) throws SQLException {
        checkOpen();
        if (batch.isEmpty()) {
            batch = new ArrayList<>();
        }
        batch.add(sql);
    }

    @Override
    public void clearBatch() throws SQLException {
        checkOpen();
        batch = List.of();
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return runBatch(new int[0], Statement::executeBatch);
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        return runBatch(new long[0], Statement::executeLargeBatch);
    }

    private <R> R runBatch(R ofNone, Action<Statement, R> action) throws SQLException {
        checkOpen();
        List<String> statements = batch;
        batch = List.of();
        if (statements.isEmpty()) {
            return ofNone;
        }
        return run(connection.plans().ofBatch(statements), Intent.WRITE, statement -> {
            for (String sql : statements) {
                statement.addBatch(sql);
            }
            return action.on(statement);
        });
    }

    // ---- results

    @Override
    public @Nullable ResultSet getResultSet() throws SQLException {
        checkOpen();
        return result;
    }

    @Override
    public int getUpdateCount() throws SQLException {
        checkOpen();
        Statement current = physical;
        return current == null ? -1 : current.getUpdateCount();
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        checkOpen();
        Statement current = physical;
        return current == null ? -1 : current.getLargeUpdateCount();
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        return getMoreResults(CLOSE_CURRENT_RESULT);
    }

    @Override
    public boolean getMoreResults(int current) throws SQLException {
        checkOpen();
        Statement target = physical;
        if (target == null) {
            return false;
        }
        boolean more = target.getMoreResults(current);
        RoutedResultSet before = result;
        if (more) {
            result = null;
            return expectResult(true);
        }
        if (before != null && current != KEEP_CURRENT_RESULT && target.getUpdateCount() == -1) {
            before.close();
        }
        return false;
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        checkOpen();
        Statement current = physical;
        if (current == null) {
            throw new SQLException("No statement was executed that could have generated keys");
        }
        return new RoutedResultSet(current.getGeneratedKeys(), this);
    }

    // ---- settings

    @Override
    public int getMaxFieldSize() throws SQLException {
        checkOpen();
        return settings.maxFieldSize;
    }

    @Override
    public void setMaxFieldSize(int max) throws SQLException {
        set(statement -> statement.setMaxFieldSize(max));
        settings.maxFieldSize = max;
    }

    @Override
    public int getMaxRows() throws SQLException {
        checkOpen();
        return Math.toIntExact(settings.maxRows);
    }

    @Override
    public void setMaxRows(int max) throws SQLException {
        requireNotNegative(max, "maxRows");
        set(statement -> statement.setMaxRows(max));
        settings.maxRows = max;
    }

    @Override
    public long getLargeMaxRows() throws SQLException {
        checkOpen();
        return settings.maxRows;
    }

    @Override
    public void setLargeMaxRows(long max) throws SQLException {
        requireNotNegative(max, "largeMaxRows");
        set(statement -> statement.setLargeMaxRows(max));
        settings.maxRows = max;
    }

    @Override
    public void setEscapeProcessing(boolean enable) throws SQLException {
        set(statement -> statement.setEscapeProcessing(enable));
    }

    @Override
    public int getQueryTimeout() throws SQLException {
        checkOpen();
        return settings.queryTimeoutSeconds;
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        requireNotNegative(seconds, "queryTimeout");
        set(statement -> statement.setQueryTimeout(seconds));
        settings.queryTimeoutSeconds = seconds;
    }

    @Override
    public void setCursorName(String name) throws SQLException {
        set(statement -> statement.setCursorName(name));
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        set(statement -> statement.setFetchDirection(direction));
        settings.fetchDirection = direction;
    }

    @Override
    public int getFetchDirection() throws SQLException {
        checkOpen();
        return settings.fetchDirection;
    }

    @Override
    public void setFetchSize(int rows) throws SQLException {
        set(statement -> statement.setFetchSize(rows));
        settings.fetchSize = rows;
    }

    @Override
    public int getFetchSize() throws SQLException {
        checkOpen();
        return settings.fetchSize;
    }

    @Override
    public int getResultSetConcurrency() throws SQLException {
        checkOpen();
        return settings.concurrency();
    }

    @Override
    public int getResultSetType() throws SQLException {
        checkOpen();
        return settings.type();
    }

    @Override
    public int getResultSetHoldability() throws SQLException {
        checkOpen();
        return settings.holdability() == 0 ? connection.getHoldability() : settings.holdability();
    }

    @Override
    public void setPoolable(boolean value) throws SQLException {
        set(statement -> statement.setPoolable(value));
        poolable = value;
    }

    @Override
    public boolean isPoolable() throws SQLException {
        checkOpen();
        return poolable;
    }

    /** Sets something now, if there is a physical statement, and on every later one. */
    private void set(StatementSettings.Setting setting) throws SQLException {
        checkOpen();
        Statement current = physical;
        if (current != null) {
            setting.applyTo(current);
        }
        settings.add(setting);
    }

    private static void requireNotNegative(long value, String what) throws SQLException {
        if (value < 0) {
            throw new SQLException(what + " must not be negative, but is " + value, "22023");
        }
    }

    // ---- warnings, cancelling, closing

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        checkOpen();
        Statement current = physical;
        return current == null ? null : current.getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        checkOpen();
        Statement current = physical;
        if (current != null) {
            current.clearWarnings();
        }
    }

    @Override
    public void cancel() throws SQLException {
        Statement current = physical;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public void closeOnCompletion() throws SQLException {
        checkOpen();
        closeOnCompletion = true;
    }

    @Override
    public boolean isCloseOnCompletion() throws SQLException {
        checkOpen();
        return closeOnCompletion;
    }

    @Override
    public void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        connection.forget(this);
        unbind();
        session.releaseIdle();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public Connection getConnection() throws SQLException {
        checkOpen();
        return connection;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        Statement current = physical;
        if (current == null) {
            throw new SQLException("No physical statement to unwrap as " + type.getName() + " before it was executed");
        }
        return current.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        Statement current = physical;
        return type.isInstance(this) || (current != null && current.isWrapperFor(type));
    }
}

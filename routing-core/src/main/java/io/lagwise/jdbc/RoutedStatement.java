package io.lagwise.jdbc;

import io.lagwise.cache.CachedRows;
import io.lagwise.policy.StatementPlan;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
 *
 * <p>Invariant: at most one result is current, the driver's or one that is served from the cache. The connection is kept as
 * long as a result of the driver's is open, current or not; it is not kept for one that is served.
 *
 * @param <S> the physical statement
 */
abstract class RoutedStatement<S extends Statement> extends LeasedStatement<S> implements Statement {
    /** Runs something on a physical statement. */
    @FunctionalInterface
    interface Action<S extends Statement, R> {
        R on(S statement) throws SQLException;
    }

    private final ResultShape shape;
    private @Nullable StatementSettings settings;
    private @Nullable RoutedResultSet current;
    private @Nullable ServedResultSet served;
    private List<RoutedResultSet> others = List.of();
    private boolean closeOnCompletion;

    RoutedStatement(RoutedConnection connection, ResultShape shape) {
        super(connection);
        this.shape = shape;
    }

    final ResultShape shape() {
        return shape;
    }

    @Override
    final void configure(S made) throws SQLException {
        StatementSettings set = settings;
        if (set != null) {
            set.applyTo(made);
        }
    }

    // ---- running

    /** Runs an action where the plan says, on a physical statement made or kept for it. */
    final <R> R run(StatementPlan plan, Intent intent, Action<S, R> action) throws SQLException {
        checkOpen();
        forgetResults();
        Intent effective = shape.isUpdatable() ? Intent.WRITE : intent;
        try {
            return session().run(plan, effective, target -> action.on(bind(target)));
        } catch (SQLException e) {
            session().releaseIdle();
            throw e;
        }
    }

    /** Returns what an execution asks of the cache, or null if the cache is not to be asked. */
    final @Nullable Question question(String sql, StatementPlan plan, Intent intent, @Nullable Parameters parameters)
            throws SQLException {
        checkOpen();
        return session().question(sql, plan, intent, shape, settings, parameters);
    }

    /** Answers a question from the cache, or by the query, whose result is kept where it may be. */
    final ResultSet ask(Question question, Action<S, ResultSet> query) throws SQLException {
        forgetResults();
        session().releaseIdle();
        return session().answers().answer(question, this, query);
    }

    // ---- results

    @Override
    public final boolean hasOpenResult() {
        return current != null || !others.isEmpty();
    }

    /** Makes the driver's result the current one. */
    final RoutedResultSet wrap(ResultSet results) {
        RoutedResultSet wrapped = new RoutedResultSet(results, this, lease());
        current = wrapped;
        return wrapped;
    }

    /** Returns rows that belong to no connection. */
    final ResultSet serve(CachedRows rows) throws SQLException {
        ServedResultSet opened = new ServedResultSet(rows, shape.type(), this);
        served = opened;
        return opened;
    }

    /** Looks whether the physical statement has a result, so that its connection is kept until that is closed. */
    final boolean expectResult(boolean hasResult) throws SQLException {
        Statement bound = physical();
        ResultSet results = hasResult && bound != null ? bound.getResultSet() : null;
        if (results != null) {
            wrap(results);
        }
        return hasResult;
    }

    /** Lets go of all results, which the driver closes when the statement runs anew or is closed. */
    @Override
    final void forgetResults() {
        RoutedResultSet open = current;
        if (open != null) {
            open.markClosed();
        }
        current = null;
        others.forEach(RoutedResultSet::markClosed);
        others = List.of();
        ResultSet kept = served;
        served = null;
        if (kept != null) {
            RoutedConnection.closeQuietly(kept);
        }
    }

    final void resultClosed(RoutedResultSet closedResult) throws SQLException {
        if (closedResult == current) {
            current = null;
        } else if (!others.remove(closedResult)) {
            return;
        }
        completeUnlessOpen();
    }

    final void servedClosed(ServedResultSet closedResult) throws SQLException {
        if (closedResult == served) {
            served = null;
            completeUnlessOpen();
        }
    }

    /** Gives back the connection, and ends what ends with its results, if nothing more can be read. */
    private void completeUnlessOpen() throws SQLException {
        if (hasOpenResult()) {
            return;
        }
        session().releaseIdle();
        if (closeOnCompletion) {
            close();
        }
    }

    // ---- what was executed

    @Override
    public @Nullable ResultSet getResultSet() throws SQLException {
        checkOpen();
        return served == null ? current : served;
    }

    @Override
    public int getUpdateCount() throws SQLException {
        checkOpen();
        Statement bound = physical();
        return bound == null || served != null ? -1 : bound.getUpdateCount();
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        checkOpen();
        Statement bound = physical();
        return bound == null || served != null ? -1 : bound.getLargeUpdateCount();
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        return getMoreResults(CLOSE_CURRENT_RESULT);
    }

    @Override
    public boolean getMoreResults(int ofCurrent) throws SQLException {
        checkOpen();
        ResultSet kept = served;
        if (kept != null) {
            if (ofCurrent == KEEP_CURRENT_RESULT) {
                served = null;
            } else {
                kept.close();
            }
            return false;
        }
        Statement bound = physical();
        if (bound == null) {
            return false;
        }
        boolean had = hasOpenResult();
        boolean more = bound.getMoreResults(ofCurrent);
        leaveCurrent(ofCurrent);
        expectResult(more);
        if (had && !more && bound.getUpdateCount() == -1) {
            completeUnlessOpen();
        }
        return more;
    }

    private void leaveCurrent(int ofCurrent) {
        RoutedResultSet left = current;
        if (ofCurrent == CLOSE_ALL_RESULTS) {
            forgetResults();
        } else if (left != null) {
            current = null;
            if (ofCurrent == KEEP_CURRENT_RESULT) {
                keep(left);
            } else {
                left.markClosed();
            }
        }
    }

    private RoutedResultSet keep(RoutedResultSet open) {
        if (others.isEmpty()) {
            others = new ArrayList<>(2);
        }
        others.add(open);
        return open;
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        checkOpen();
        Statement bound = bound();
        return keep(new RoutedResultSet(bound.getGeneratedKeys(), this, lease()));
    }

    // ---- settings

    final StatementSettings settings() {
        StatementSettings set = settings;
        if (set == null) {
            set = new StatementSettings(this instanceof PreparedStatement);
            settings = set;
        }
        return set;
    }

    @Override
    public int getMaxFieldSize() throws SQLException {
        checkOpen();
        return settings().maxFieldSize();
    }

    @Override
    public void setMaxFieldSize(int max) throws SQLException {
        checkOpen();
        settings().maxFieldSize(max);
        apply(statement -> statement.setMaxFieldSize(max));
    }

    @Override
    public int getMaxRows() throws SQLException {
        long max = getLargeMaxRows();
        if (max > Integer.MAX_VALUE) {
            throw new SQLException(max + " rows are more than getMaxRows can tell", SqlStates.INVALID_VALUE);
        }
        return (int) max;
    }

    @Override
    public void setMaxRows(int max) throws SQLException {
        checkOpen();
        settings().maxRows(max);
        apply(statement -> statement.setMaxRows(max));
    }

    @Override
    public long getLargeMaxRows() throws SQLException {
        checkOpen();
        return settings().maxRows();
    }

    @Override
    public void setLargeMaxRows(long max) throws SQLException {
        checkOpen();
        settings().maxRows(max);
        apply(statement -> statement.setLargeMaxRows(max));
    }

    @Override
    public void setEscapeProcessing(boolean enable) throws SQLException {
        checkOpen();
        settings().escapes(enable);
        apply(statement -> statement.setEscapeProcessing(enable));
    }

    @Override
    public int getQueryTimeout() throws SQLException {
        checkOpen();
        return settings().queryTimeoutSeconds();
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        checkOpen();
        settings().queryTimeoutSeconds(seconds);
        apply(statement -> statement.setQueryTimeout(seconds));
    }

    @Override
    public void setCursorName(String name) throws SQLException {
        checkOpen();
        settings().cursorName(name);
        apply(statement -> statement.setCursorName(name));
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        checkOpen();
        settings().fetchDirection(direction);
        apply(statement -> statement.setFetchDirection(direction));
    }

    @Override
    public int getFetchDirection() throws SQLException {
        checkOpen();
        return settings().fetchDirection();
    }

    @Override
    public void setFetchSize(int rows) throws SQLException {
        checkOpen();
        settings().fetchSize(rows);
        apply(statement -> statement.setFetchSize(rows));
    }

    @Override
    public int getFetchSize() throws SQLException {
        checkOpen();
        return settings().fetchSize();
    }

    @Override
    public void setPoolable(boolean value) throws SQLException {
        checkOpen();
        settings().poolable(value);
        apply(statement -> statement.setPoolable(value));
    }

    @Override
    public boolean isPoolable() throws SQLException {
        checkOpen();
        return settings().poolable();
    }

    @Override
    public int getResultSetConcurrency() throws SQLException {
        checkOpen();
        return shape.concurrency();
    }

    @Override
    public int getResultSetType() throws SQLException {
        checkOpen();
        return shape.type();
    }

    @Override
    public int getResultSetHoldability() throws SQLException {
        checkOpen();
        return shape.holdability() == 0 ? connection().getHoldability() : shape.holdability();
    }

    /** Changes something of a physical statement. */
    @FunctionalInterface
    private interface Change {
        void of(Statement statement) throws SQLException;
    }

    /** Does it to the physical statement, if there is one; every later one gets it by what is remembered. */
    private void apply(Change change) throws SQLException {
        Statement bound = physical();
        if (bound != null) {
            change.of(bound);
        }
    }

    // ---- warnings, cancelling, closing

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        checkOpen();
        Statement bound = physical();
        return bound == null ? null : bound.getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        checkOpen();
        apply(Statement::clearWarnings);
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
    public Connection getConnection() throws SQLException {
        checkOpen();
        return connection();
    }

    /** Returns the physical statement, made on any connection if there is none. */
    final S bound() throws SQLException {
        S bound = physical();
        return bound != null ? bound : bind(session().any());
    }

    /** Returns this, or the driver's own statement, by which anything can be done where it is one of the writer. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        checkOpen();
        Statement bound = physical();
        if (bound == null) {
            bound = bind(session().writer());
        }
        session().exposed(lease());
        return bound.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        if (type.isInstance(this)) {
            return true;
        }
        checkOpen();
        return bound().isWrapperFor(type);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "@" + Integer.toHexString(System.identityHashCode(this));
    }
}

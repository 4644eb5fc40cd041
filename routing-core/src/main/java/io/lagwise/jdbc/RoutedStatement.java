package io.lagwise.jdbc;

import io.lagwise.cache.CacheInterceptor;
import io.lagwise.cache.CachedRows;
import io.lagwise.cache.KeptValues;
import io.lagwise.policy.StatementPlan;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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
    private final ResultShape shape;
    private @Nullable StatementSettings settings;
    private List<String> batch = List.of();
    private volatile @Nullable Statement physical;
    private @Nullable Lease lease;
    private @Nullable RoutedResultSet current;
    private @Nullable ServedResultSet served;
    private List<RoutedResultSet> others = List.of();
    private boolean closeOnCompletion;
    private volatile boolean closed;

    RoutedStatement(RoutedConnection connection, ResultShape shape) {
        this.connection = connection;
        this.session = connection.session();
        this.shape = shape;
    }

    // ---- running

    /** Runs an action where the plan says, on a physical statement made or kept for it. */
    final <R> R run(StatementPlan plan, Intent intent, Action<Statement, R> action) throws SQLException {
        checkOpen();
        forgetResults();
        Intent effective = shape.isUpdatable() ? Intent.WRITE : intent;
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
        Statement bound = physical;
        if (bound != null && lease == target) {
            return bound;
        }
        leave();
        Statement made = create(target.physical());
        physical = made;
        lease = target;
        target.bind(this);
        StatementSettings set = settings;
        if (set != null) {
            set.applyTo(made);
        }
        return made;
    }

    Statement create(Connection target) throws SQLException {
        if (shape.isDefault()) {
            return target.createStatement();
        }
        return shape.holdability() == 0
                ? target.createStatement(shape.type(), shape.concurrency())
                : target.createStatement(shape.type(), shape.concurrency(), shape.holdability());
    }

    /** Leaves the lease before that has ended. */
    private void leave() {
        Lease target = lease;
        if (target != null) {
            target.unbound(this);
            unbind();
        }
    }

    @Override
    public final void unbind() {
        Statement bound = physical;
        lease = null;
        physical = null;
        forgetResults();
        if (bound != null) {
            RoutedConnection.closeQuietly(bound);
        }
    }

    // ---- the cache

    final @Nullable Question question(String sql, StatementPlan plan, Intent intent, @Nullable Parameters parameters)
            throws SQLException {
        checkOpen();
        return session.question(sql, plan, intent, shape, settings, parameters);
    }

    /** Answers a question from the cache, or by the query, whose result is kept where it may be. */
    final ResultSet ask(Question question, Action<Statement, ResultSet> query) throws SQLException {
        forgetResults();
        session.releaseIdle();
        CachedRows kept = question.isAnswerable() ? session.answer(question) : null;
        if (kept != null) {
            question.answered();
            leave();
            return serve(kept);
        }
        long began = question.now();
        ResultSet results = question.isAnswerable() ? executeAndKeep(question, query) : execute(question, query);
        question.executed(question.now() - began);
        return results;
    }

    private ResultSet execute(Question question, Action<Statement, ResultSet> query) throws SQLException {
        return run(question.plan(), Intent.PLAIN, statement -> wrap(query.on(statement)));
    }

    private ResultSet executeAndKeep(Question question, Action<Statement, ResultSet> query) throws SQLException {
        CacheInterceptor.Fill fill = session.fill(question);
        if (fill == null) {
            return execute(question, query);
        }
        try {
            CachedRows shared = session.join(fill, question);
            return shared == null ? fill(question, fill, query) : serve(shared);
        } finally {
            fill.end();
        }
    }

    private ResultSet fill(Question question, CacheInterceptor.Fill fill, Action<Statement, ResultSet> query)
            throws SQLException {
        AtomicReference<@Nullable CachedRows> complete = new AtomicReference<>();
        ResultSet results = run(question.plan(), Intent.PLAIN, statement -> {
            ResultSet live = query.on(statement);
            CachedRows rows = fill.capture(live);
            if (rows != null && session.isOf(lease(), fill.epoch())) {
                fill.keep(rows);
                complete.set(rows);
            }
            return wrap(live);
        });
        CachedRows rows = complete.get();
        if (rows == null) {
            return results;
        }
        results.close();
        return serve(rows);
    }

    /** Returns rows that belong to no connection. */
    private ResultSet serve(CachedRows rows) throws SQLException {
        ServedResultSet opened = new ServedResultSet(rows.open(shape.type()), known(rows), this);
        served = opened;
        return opened;
    }

    /** Where a result may go back and forth, it does not know in which row it is. */
    private KeptValues known(CachedRows rows) {
        return shape.type() == ResultSet.TYPE_FORWARD_ONLY ? rows.values() : KeptValues.NONE;
    }

    final void servedClosed(ServedResultSet closedResult) throws SQLException {
        if (closedResult == served) {
            served = null;
            if (!hasOpenResult()) {
                completed();
            }
        }
    }

    // ---- results

    @Override
    public boolean hasOpenResult() {
        return current != null || !others.isEmpty();
    }

    /** Makes the driver's result the current one. */
    final RoutedResultSet wrap(ResultSet results) {
        RoutedResultSet wrapped = new RoutedResultSet(results, this, lease());
        current = wrapped;
        return wrapped;
    }

    private Lease lease() {
        Lease target = lease;
        if (target == null) {
            throw new IllegalStateException("A result of a statement that is not bound");
        }
        return target;
    }

    /** Looks whether the physical statement has a result, so that its connection is kept until that is closed. */
    final boolean expectResult(boolean hasResult) throws SQLException {
        Statement bound = physical;
        ResultSet results = hasResult && bound != null ? bound.getResultSet() : null;
        if (results != null) {
            wrap(results);
        }
        return hasResult;
    }

    /** Lets go of all results, which the driver closes when the statement runs anew or is closed. */
    private void forgetResults() {
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
        if (!hasOpenResult()) {
            completed();
        }
    }

    /** Nothing more can be read from the statement. */
    private void completed() throws SQLException {
        session.releaseIdle();
        if (closeOnCompletion) {
            close();
        }
    }

    final void checkOpen() throws SQLException {
        connection.checkOpen();
        if (closed) {
            throw new SQLException("The statement is closed", SqlStates.STATEMENT_CLOSED);
        }
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
        StatementPlan plan = connection.plans().of(sql);
        Question question = question(sql, plan, Intent.PLAIN, null);
        return question == null
                ? run(plan, Intent.PLAIN, statement -> wrap(statement.executeQuery(sql)))
                : ask(question, statement -> statement.executeQuery(sql));
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
        StatementPlan plan = connection.plans().of(sql);
        Question question = question(sql, plan, Intent.PLAIN, null);
        if (question != null) {
            ask(question, statement -> statement.executeQuery(sql));
            return true;
        }
        return run(plan, Intent.PLAIN, statement -> expectResult(statement.execute(sql)));
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
            statement.clearBatch();
            for (String sql : statements) {
                statement.addBatch(sql);
            }
            return action.on(statement);
        });
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
        Statement bound = physical;
        return bound == null || served != null ? -1 : bound.getUpdateCount();
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        checkOpen();
        Statement bound = physical;
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
        Statement bound = physical;
        if (bound == null) {
            return false;
        }
        boolean had = hasOpenResult();
        boolean more = bound.getMoreResults(ofCurrent);
        leaveCurrent(ofCurrent);
        expectResult(more);
        if (had && !hasOpenResult() && bound.getUpdateCount() == -1) {
            completed();
        }
        return more;
    }

    private void leaveCurrent(int ofCurrent) {
        RoutedResultSet left = current;
        if (ofCurrent == CLOSE_ALL_RESULTS) {
            forgetResults();
        } else if (left != null && ofCurrent == KEEP_CURRENT_RESULT) {
            keep(left);
            current = null;
        } else if (left != null) {
            left.markClosed();
            current = null;
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
            set = new StatementSettings(isPrepared());
            settings = set;
        }
        return set;
    }

    boolean isPrepared() {
        return false;
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
        return shape.holdability() == 0 ? connection.getHoldability() : shape.holdability();
    }

    /** Sets something on a physical statement. */
    @FunctionalInterface
    private interface Change {
        void of(Statement statement) throws SQLException;
    }

    /** Sets now, if there is a physical statement, what was remembered for every later one. */
    private void apply(Change change) throws SQLException {
        Statement bound = physical;
        if (bound != null) {
            change.of(bound);
        }
    }

    // ---- warnings, cancelling, closing

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        checkOpen();
        Statement bound = physical;
        return bound == null ? null : bound.getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        checkOpen();
        Statement bound = physical;
        if (bound != null) {
            bound.clearWarnings();
        }
    }

    /** Cancels what is being executed; may be called by any thread. */
    @Override
    public void cancel() throws SQLException {
        Statement bound = physical;
        if (bound != null) {
            bound.cancel();
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
        if (isClosed()) {
            return;
        }
        closed = true;
        forgetResults();
        leave();
        session.releaseIdle();
    }

    @Override
    public boolean isClosed() {
        return closed || connection.isClosed();
    }

    @Override
    public Connection getConnection() throws SQLException {
        checkOpen();
        return connection;
    }

    /** Returns the physical statement, made on any connection if there is none. */
    final Statement bound() throws SQLException {
        Statement bound = physical;
        return bound != null ? bound : bind(session.any());
    }

    /** Returns this, or the driver's own statement, by which anything can be done where it is one of the writer. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        checkOpen();
        Statement bound = physical;
        if (bound == null) {
            bound = bind(session.writer());
        }
        session.exposed(lease());
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

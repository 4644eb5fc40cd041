package io.lagwise.jdbc;

import io.lagwise.policy.StatementPlan;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement that is understood when it is prepared and placed when it runs.
 *
 * <p>Parameters are recorded and set on the physical statement of each execution.
 */
final class RoutedPreparedStatement extends RoutedStatement<PreparedStatement> implements PreparedStatement {
    /** Prepares the physical statement; holds what was asked for when the logical one was prepared. */
    @FunctionalInterface
    interface Preparation {
        PreparedStatement on(Connection connection) throws SQLException;
    }

    private final String sql;
    private final Intent prepared;
    private final Preparation preparation;
    private final Parameters parameters = new Parameters();
    private List<Parameters> batch = List.of();
    private StatementPlan plan;

    RoutedPreparedStatement(
            RoutedConnection connection, String sql, ResultShape shape, Intent prepared, Preparation preparation) {
        super(connection, shape);
        this.sql = sql;
        this.prepared = prepared;
        this.preparation = preparation;
        this.plan = connection.plans().of(sql);
    }

    @Override
    PreparedStatement create(Connection target) throws SQLException {
        return preparation.on(target);
    }

    private StatementPlan plan() {
        plan = connection().plans().current(plan, sql);
        return plan;
    }

    private <R> R execute(Action<PreparedStatement, R> action) throws SQLException {
        return run(plan(), intent(), statement -> action.on(apply(statement)));
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        Question question = question();
        return question == null
                ? execute(statement -> wrap(statement.executeQuery()))
                : ask(question, statement -> apply(statement).executeQuery());
    }

    private @Nullable Question question() throws SQLException {
        return question(sql, plan(), intent(), parameters);
    }

    private Intent intent() {
        return prepared == Intent.WRITE ? prepared : parameters.intent();
    }

    private PreparedStatement apply(PreparedStatement target) throws SQLException {
        parameters.applyTo(target);
        return target;
    }

    @Override
    public int executeUpdate() throws SQLException {
        return execute(PreparedStatement::executeUpdate);
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        return execute(PreparedStatement::executeLargeUpdate);
    }

    @Override
    public boolean execute() throws SQLException {
        Question question = question();
        if (question != null) {
            ask(question, statement -> apply(statement).executeQuery());
            return true;
        }
        return execute(statement -> expectResult(statement.execute()));
    }

    // ---- batches

    @Override
    public void addBatch() throws SQLException {
        checkOpen();
        if (batch.isEmpty()) {
            batch = new ArrayList<>();
        }
        batch.add(parameters.copy());
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

    private <R> R runBatch(R ofNone, Action<PreparedStatement, R> action) throws SQLException {
        checkOpen();
        List<Parameters> sets = batch;
        batch = List.of();
        if (sets.isEmpty()) {
            return ofNone;
        }
        return run(plan(), Intent.WRITE, target -> {
            target.clearBatch();
            for (Parameters set : sets) {
                set.applyTo(target);
                target.addBatch();
            }
            return action.on(target);
        });
    }

    // ---- what takes a text is not for prepared statements

    private static SQLException textRefused() {
        return new SQLException("A prepared statement has its text already", SqlStates.WRONG_OBJECT);
    }

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        throw textRefused();
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        throw textRefused();
    }

    @Override
    public int executeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        throw textRefused();
    }

    @Override
    public int executeUpdate(String sql, int[] columnIndexes) throws SQLException {
        throw textRefused();
    }

    @Override
    public int executeUpdate(String sql, String[] columnNames) throws SQLException {
        throw textRefused();
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        throw textRefused();
    }

    @Override
    public long executeLargeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        throw textRefused();
    }

    @Override
    public long executeLargeUpdate(String sql, int[] columnIndexes) throws SQLException {
        throw textRefused();
    }

    @Override
    public long executeLargeUpdate(String sql, String[] columnNames) throws SQLException {
        throw textRefused();
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        throw textRefused();
    }

    @Override
    public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
        throw textRefused();
    }

    @Override
    public boolean execute(String sql, int[] columnIndexes) throws SQLException {
        throw textRefused();
    }

    @Override
    public boolean execute(String sql, String[] columnNames) throws SQLException {
        throw textRefused();
    }

    @Override
    public void addBatch(String sql) throws SQLException {
        throw textRefused();
    }

    // ---- description

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        return describe(PreparedStatement::getMetaData);
    }

    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException {
        return describe(PreparedStatement::getParameterMetaData);
    }

    private <R> R describe(Action<PreparedStatement, R> action) throws SQLException {
        checkOpen();
        return action.on(bound());
    }

    // ---- parameters

    private <T> void record(int index, @Nullable T value, Parameters.Setter<T> setter) throws SQLException {
        checkOpen();
        parameters.put(index, value, setter);
    }

    private <T> void recordOnce(int index, @Nullable T value, Parameters.Setter<T> setter) throws SQLException {
        record(index, value, setter);
        parameters.markReadableOnce();
    }

    @Override
    public void clearParameters() throws SQLException {
        checkOpen();
        parameters.clear();
        PreparedStatement bound = physical();
        if (bound != null) {
            bound.clearParameters();
        }
    }

    @Override
    public void setArray(int index, Array value) throws SQLException {
        record(index, value, PreparedStatement::setArray);
    }

    @Override
    public void setAsciiStream(int index, InputStream value, int length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setAsciiStream(i, v, length));
    }

    @Override
    public void setAsciiStream(int index, InputStream value, long length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setAsciiStream(i, v, length));
    }

    @Override
    public void setAsciiStream(int index, InputStream value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setAsciiStream);
    }

    @Override
    public void setBigDecimal(int index, BigDecimal value) throws SQLException {
        record(index, value, TypedSetters.BIG_DECIMAL);
    }

    @Override
    public void setBinaryStream(int index, InputStream value, int length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setBinaryStream(i, v, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream value, long length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setBinaryStream(i, v, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setBinaryStream);
    }

    @Override
    public void setBlob(int index, InputStream value, long length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setBlob(i, v, length));
    }

    @Override
    public void setBlob(int index, InputStream value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setBlob);
    }

    @Override
    public void setBlob(int index, Blob value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setBlob);
    }

    @Override
    public void setBoolean(int index, boolean value) throws SQLException {
        record(index, value, TypedSetters.BOOLEAN);
    }

    @Override
    public void setByte(int index, byte value) throws SQLException {
        record(index, value, TypedSetters.BYTE);
    }

    @Override
    public void setBytes(int index, byte[] value) throws SQLException {
        record(index, value, TypedSetters.BYTES);
    }

    @Override
    public void setCharacterStream(int index, Reader value, int length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setCharacterStream(i, v, length));
    }

    @Override
    public void setCharacterStream(int index, Reader value, long length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setCharacterStream(i, v, length));
    }

    @Override
    public void setCharacterStream(int index, Reader value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setCharacterStream);
    }

    @Override
    public void setClob(int index, Reader value, long length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setClob(i, v, length));
    }

    @Override
    public void setClob(int index, Reader value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setClob);
    }

    @Override
    public void setClob(int index, Clob value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setClob);
    }

    @Override
    public void setDate(int index, Date value, Calendar calendar) throws SQLException {
        record(index, value, new TypedSetters.InCalendar<>((statement, i, v) -> statement.setDate(i, v, calendar)));
    }

    @Override
    public void setDate(int index, Date value) throws SQLException {
        record(index, value, TypedSetters.DATE);
    }

    @Override
    public void setDouble(int index, double value) throws SQLException {
        record(index, value, TypedSetters.DOUBLE);
    }

    @Override
    public void setFloat(int index, float value) throws SQLException {
        record(index, value, TypedSetters.FLOAT);
    }

    @Override
    public void setInt(int index, int value) throws SQLException {
        record(index, value, TypedSetters.INT);
    }

    @Override
    public void setLong(int index, long value) throws SQLException {
        record(index, value, TypedSetters.LONG);
    }

    @Override
    public void setNCharacterStream(int index, Reader value, long length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setNCharacterStream(i, v, length));
    }

    @Override
    public void setNCharacterStream(int index, Reader value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setNCharacterStream);
    }

    @Override
    public void setNClob(int index, Reader value, long length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setNClob(i, v, length));
    }

    @Override
    public void setNClob(int index, Reader value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setNClob);
    }

    @Override
    public void setNClob(int index, NClob value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setNClob);
    }

    @Override
    public void setNString(int index, String value) throws SQLException {
        record(index, value, TypedSetters.N_STRING);
    }

    @Override
    public void setNull(int index, int type, String typeName) throws SQLException {
        record(index, null, new TypedSetters.OfNull(type, typeName));
    }

    @Override
    public void setNull(int index, int type) throws SQLException {
        record(index, null, new TypedSetters.OfNull(type, null));
    }

    @Override
    public void setObject(int index, Object value, int type, int scaleOrLength) throws SQLException {
        record(index, value, new TypedSetters.OfScaledType(type, scaleOrLength));
    }

    @Override
    public void setObject(int index, Object value, int type) throws SQLException {
        record(index, value, new TypedSetters.OfType(type));
    }

    @Override
    public void setObject(int index, Object value, SQLType type, int scaleOrLength) throws SQLException {
        record(index, value, new TypedSetters.OfScaledSqlType(type, scaleOrLength));
    }

    @Override
    public void setObject(int index, Object value, SQLType type) throws SQLException {
        record(index, value, new TypedSetters.OfSqlType(type));
    }

    @Override
    public void setObject(int index, Object value) throws SQLException {
        record(index, value, TypedSetters.OBJECT);
    }

    @Override
    public void setRef(int index, Ref value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setRef);
    }

    @Override
    public void setRowId(int index, RowId value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setRowId);
    }

    @Override
    public void setSQLXML(int index, SQLXML value) throws SQLException {
        recordOnce(index, value, PreparedStatement::setSQLXML);
    }

    @Override
    public void setShort(int index, short value) throws SQLException {
        record(index, value, TypedSetters.SHORT);
    }

    @Override
    public void setString(int index, String value) throws SQLException {
        record(index, value, TypedSetters.STRING);
    }

    @Override
    public void setTime(int index, Time value, Calendar calendar) throws SQLException {
        record(index, value, new TypedSetters.InCalendar<>((statement, i, v) -> statement.setTime(i, v, calendar)));
    }

    @Override
    public void setTime(int index, Time value) throws SQLException {
        record(index, value, TypedSetters.TIME);
    }

    @Override
    public void setTimestamp(int index, Timestamp value, Calendar calendar) throws SQLException {
        record(
                index,
                value,
                new TypedSetters.InCalendar<>((statement, i, v) -> statement.setTimestamp(i, v, calendar)));
    }

    @Override
    public void setTimestamp(int index, Timestamp value) throws SQLException {
        record(index, value, TypedSetters.TIMESTAMP);
    }

    @Override
    public void setURL(int index, URL value) throws SQLException {
        record(index, value, PreparedStatement::setURL);
    }

    @Override
    @Deprecated
    public void setUnicodeStream(int index, InputStream value, int length) throws SQLException {
        recordOnce(index, value, (statement, i, v) -> statement.setUnicodeStream(i, v, length));
    }
}

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

/**
 * A prepared statement that is understood when it is prepared and placed when it runs.
 *
 * <p>Parameters are recorded and set on the physical statement of each execution.
 */
final class RoutedPreparedStatement extends RoutedStatement implements PreparedStatement {
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
            RoutedConnection connection,
            String sql,
            StatementSettings settings,
            Intent prepared,
            Preparation preparation) {
        super(connection, settings);
        this.sql = sql;
        this.prepared = prepared;
        this.preparation = preparation;
        this.plan = connection.plans().of(sql);
    }

    @Override
    Statement create(Connection target) throws SQLException {
        return preparation.on(target);
    }

    private StatementPlan plan() {
        plan = connection().plans().current(plan, sql);
        return plan;
    }

    private <R> R execute(Action<PreparedStatement, R> action) throws SQLException {
        return run(plan(), prepared == Intent.WRITE ? prepared : parameters.intent(), statement -> {
            PreparedStatement target = (PreparedStatement) statement;
            parameters.applyTo(target);
            return action.on(target);
        });
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        return execute(statement -> wrap(statement.executeQuery()));
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
        return run(plan(), Intent.WRITE, statement -> {
            PreparedStatement target = (PreparedStatement) statement;
            for (Parameters set : sets) {
                set.applyTo(target);
                target.addBatch();
            }
            return action.on(target);
        });
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
        PreparedStatement bound = (PreparedStatement) physical();
        return action.on(
                bound != null ? bound : (PreparedStatement) bind(session().any()));
    }

    // ---- parameters

    private void record(int index, Parameters.Setter setter) throws SQLException {
        checkOpen();
        parameters.put(index, setter);
    }

    private void recordOnce(int index, Parameters.Setter setter) throws SQLException {
        record(index, setter);
        parameters.markReadableOnce();
    }

    @Override
    public void clearParameters() throws SQLException {
        checkOpen();
        parameters.clear();
        PreparedStatement bound = (PreparedStatement) physical();
        if (bound != null) {
            bound.clearParameters();
        }
    }

    @Override
    public void setArray(int index, Array value) throws SQLException {
        record(index, (statement, i) -> statement.setArray(i, value));
    }

    @Override
    public void setAsciiStream(int index, InputStream value, int length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setAsciiStream(i, value, length));
    }

    @Override
    public void setAsciiStream(int index, InputStream value, long length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setAsciiStream(i, value, length));
    }

    @Override
    public void setAsciiStream(int index, InputStream value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setAsciiStream(i, value));
    }

    @Override
    public void setBigDecimal(int index, BigDecimal value) throws SQLException {
        record(index, (statement, i) -> statement.setBigDecimal(i, value));
    }

    @Override
    public void setBinaryStream(int index, InputStream value, int length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setBinaryStream(i, value, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream value, long length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setBinaryStream(i, value, length));
    }

    @Override
    public void setBinaryStream(int index, InputStream value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setBinaryStream(i, value));
    }

    @Override
    public void setBlob(int index, InputStream value, long length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setBlob(i, value, length));
    }

    @Override
    public void setBlob(int index, InputStream value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setBlob(i, value));
    }

    @Override
    public void setBlob(int index, Blob value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setBlob(i, value));
    }

    @Override
    public void setBoolean(int index, boolean value) throws SQLException {
        record(index, (statement, i) -> statement.setBoolean(i, value));
    }

    @Override
    public void setByte(int index, byte value) throws SQLException {
        record(index, (statement, i) -> statement.setByte(i, value));
    }

    @Override
    public void setBytes(int index, byte[] value) throws SQLException {
        record(index, (statement, i) -> statement.setBytes(i, value));
    }

    @Override
    public void setCharacterStream(int index, Reader value, int length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setCharacterStream(i, value, length));
    }

    @Override
    public void setCharacterStream(int index, Reader value, long length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setCharacterStream(i, value, length));
    }

    @Override
    public void setCharacterStream(int index, Reader value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setCharacterStream(i, value));
    }

    @Override
    public void setClob(int index, Reader value, long length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setClob(i, value, length));
    }

    @Override
    public void setClob(int index, Reader value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setClob(i, value));
    }

    @Override
    public void setClob(int index, Clob value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setClob(i, value));
    }

    @Override
    public void setDate(int index, Date value, Calendar calendar) throws SQLException {
        record(index, (statement, i) -> statement.setDate(i, value, calendar));
    }

    @Override
    public void setDate(int index, Date value) throws SQLException {
        record(index, (statement, i) -> statement.setDate(i, value));
    }

    @Override
    public void setDouble(int index, double value) throws SQLException {
        record(index, (statement, i) -> statement.setDouble(i, value));
    }

    @Override
    public void setFloat(int index, float value) throws SQLException {
        record(index, (statement, i) -> statement.setFloat(i, value));
    }

    @Override
    public void setInt(int index, int value) throws SQLException {
        record(index, (statement, i) -> statement.setInt(i, value));
    }

    @Override
    public void setLong(int index, long value) throws SQLException {
        record(index, (statement, i) -> statement.setLong(i, value));
    }

    @Override
    public void setNCharacterStream(int index, Reader value, long length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setNCharacterStream(i, value, length));
    }

    @Override
    public void setNCharacterStream(int index, Reader value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setNCharacterStream(i, value));
    }

    @Override
    public void setNClob(int index, Reader value, long length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setNClob(i, value, length));
    }

    @Override
    public void setNClob(int index, Reader value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setNClob(i, value));
    }

    @Override
    public void setNClob(int index, NClob value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setNClob(i, value));
    }

    @Override
    public void setNString(int index, String value) throws SQLException {
        record(index, (statement, i) -> statement.setNString(i, value));
    }

    @Override
    public void setNull(int index, int type, String typeName) throws SQLException {
        record(index, (statement, i) -> statement.setNull(i, type, typeName));
    }

    @Override
    public void setNull(int index, int type) throws SQLException {
        record(index, (statement, i) -> statement.setNull(i, type));
    }

    @Override
    public void setObject(int index, Object value, int type, int scaleOrLength) throws SQLException {
        record(index, (statement, i) -> statement.setObject(i, value, type, scaleOrLength));
    }

    @Override
    public void setObject(int index, Object value, int type) throws SQLException {
        record(index, (statement, i) -> statement.setObject(i, value, type));
    }

    @Override
    public void setObject(int index, Object value, SQLType type, int scaleOrLength) throws SQLException {
        record(index, (statement, i) -> statement.setObject(i, value, type, scaleOrLength));
    }

    @Override
    public void setObject(int index, Object value, SQLType type) throws SQLException {
        record(index, (statement, i) -> statement.setObject(i, value, type));
    }

    @Override
    public void setObject(int index, Object value) throws SQLException {
        record(index, (statement, i) -> statement.setObject(i, value));
    }

    @Override
    public void setRef(int index, Ref value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setRef(i, value));
    }

    @Override
    public void setRowId(int index, RowId value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setRowId(i, value));
    }

    @Override
    public void setSQLXML(int index, SQLXML value) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setSQLXML(i, value));
    }

    @Override
    public void setShort(int index, short value) throws SQLException {
        record(index, (statement, i) -> statement.setShort(i, value));
    }

    @Override
    public void setString(int index, String value) throws SQLException {
        record(index, (statement, i) -> statement.setString(i, value));
    }

    @Override
    public void setTime(int index, Time value, Calendar calendar) throws SQLException {
        record(index, (statement, i) -> statement.setTime(i, value, calendar));
    }

    @Override
    public void setTime(int index, Time value) throws SQLException {
        record(index, (statement, i) -> statement.setTime(i, value));
    }

    @Override
    public void setTimestamp(int index, Timestamp value, Calendar calendar) throws SQLException {
        record(index, (statement, i) -> statement.setTimestamp(i, value, calendar));
    }

    @Override
    public void setTimestamp(int index, Timestamp value) throws SQLException {
        record(index, (statement, i) -> statement.setTimestamp(i, value));
    }

    @Override
    public void setURL(int index, URL value) throws SQLException {
        record(index, (statement, i) -> statement.setURL(i, value));
    }

    @Override
    @Deprecated
    public void setUnicodeStream(int index, InputStream value, int length) throws SQLException {
        recordOnce(index, (statement, i) -> statement.setUnicodeStream(i, value, length));
    }
}

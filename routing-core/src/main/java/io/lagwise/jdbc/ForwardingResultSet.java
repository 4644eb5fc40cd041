package io.lagwise.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands every call to another result set; holds nothing else.
 *
 * <p>Subclasses override what ties a result to its statement; values are read without a detour.
 */
class ForwardingResultSet implements ResultSet {
    private final ResultSet results;

    ForwardingResultSet(ResultSet results) {
        this.results = results;
    }

    final ResultSet results() {
        return results;
    }

    /** Returns that of which a value is about to be read. */
    ResultSet values() {
        return results;
    }

    @Override
    public boolean absolute(int value) throws SQLException {
        return results.absolute(value);
    }

    @Override
    public void afterLast() throws SQLException {
        results.afterLast();
    }

    @Override
    public void beforeFirst() throws SQLException {
        results.beforeFirst();
    }

    @Override
    public void cancelRowUpdates() throws SQLException {
        results.cancelRowUpdates();
    }

    @Override
    public void clearWarnings() throws SQLException {
        results.clearWarnings();
    }

    @Override
    public void deleteRow() throws SQLException {
        results.deleteRow();
    }

    @Override
    public int findColumn(String label) throws SQLException {
        return results.findColumn(label);
    }

    @Override
    public boolean first() throws SQLException {
        return results.first();
    }

    @Override
    public Array getArray(String label) throws SQLException {
        return values().getArray(label);
    }

    @Override
    public Array getArray(int column) throws SQLException {
        return values().getArray(column);
    }

    @Override
    public InputStream getAsciiStream(String label) throws SQLException {
        return values().getAsciiStream(label);
    }

    @Override
    public InputStream getAsciiStream(int column) throws SQLException {
        return values().getAsciiStream(column);
    }

    @Override
    @Deprecated
    public BigDecimal getBigDecimal(String label, int value) throws SQLException {
        return values().getBigDecimal(label, value);
    }

    @Override
    public BigDecimal getBigDecimal(String label) throws SQLException {
        return values().getBigDecimal(label);
    }

    @Override
    @Deprecated
    public BigDecimal getBigDecimal(int column, int value) throws SQLException {
        return values().getBigDecimal(column, value);
    }

    @Override
    public BigDecimal getBigDecimal(int column) throws SQLException {
        return values().getBigDecimal(column);
    }

    @Override
    public InputStream getBinaryStream(String label) throws SQLException {
        return values().getBinaryStream(label);
    }

    @Override
    public InputStream getBinaryStream(int column) throws SQLException {
        return values().getBinaryStream(column);
    }

    @Override
    public @Nullable Blob getBlob(String label) throws SQLException {
        return values().getBlob(label);
    }

    @Override
    public @Nullable Blob getBlob(int column) throws SQLException {
        return values().getBlob(column);
    }

    @Override
    public boolean getBoolean(String label) throws SQLException {
        return values().getBoolean(label);
    }

    @Override
    public boolean getBoolean(int column) throws SQLException {
        return values().getBoolean(column);
    }

    @Override
    public byte getByte(String label) throws SQLException {
        return values().getByte(label);
    }

    @Override
    public byte getByte(int column) throws SQLException {
        return values().getByte(column);
    }

    @Override
    public byte[] getBytes(String label) throws SQLException {
        return values().getBytes(label);
    }

    @Override
    public byte[] getBytes(int column) throws SQLException {
        return values().getBytes(column);
    }

    @Override
    public Reader getCharacterStream(String label) throws SQLException {
        return values().getCharacterStream(label);
    }

    @Override
    public Reader getCharacterStream(int column) throws SQLException {
        return values().getCharacterStream(column);
    }

    @Override
    public @Nullable Clob getClob(String label) throws SQLException {
        return values().getClob(label);
    }

    @Override
    public @Nullable Clob getClob(int column) throws SQLException {
        return values().getClob(column);
    }

    @Override
    public int getConcurrency() throws SQLException {
        return results.getConcurrency();
    }

    @Override
    public String getCursorName() throws SQLException {
        return results.getCursorName();
    }

    @Override
    public Date getDate(String label, Calendar value) throws SQLException {
        return values().getDate(label, value);
    }

    @Override
    public Date getDate(String label) throws SQLException {
        return values().getDate(label);
    }

    @Override
    public Date getDate(int column, Calendar value) throws SQLException {
        return values().getDate(column, value);
    }

    @Override
    public Date getDate(int column) throws SQLException {
        return values().getDate(column);
    }

    @Override
    public double getDouble(String label) throws SQLException {
        return values().getDouble(label);
    }

    @Override
    public double getDouble(int column) throws SQLException {
        return values().getDouble(column);
    }

    @Override
    public int getFetchDirection() throws SQLException {
        return results.getFetchDirection();
    }

    @Override
    public int getFetchSize() throws SQLException {
        return results.getFetchSize();
    }

    @Override
    public float getFloat(String label) throws SQLException {
        return values().getFloat(label);
    }

    @Override
    public float getFloat(int column) throws SQLException {
        return values().getFloat(column);
    }

    @Override
    public int getHoldability() throws SQLException {
        return results.getHoldability();
    }

    @Override
    public int getInt(String label) throws SQLException {
        return values().getInt(label);
    }

    @Override
    public int getInt(int column) throws SQLException {
        return values().getInt(column);
    }

    @Override
    public long getLong(String label) throws SQLException {
        return values().getLong(label);
    }

    @Override
    public long getLong(int column) throws SQLException {
        return values().getLong(column);
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        return results.getMetaData();
    }

    @Override
    public Reader getNCharacterStream(String label) throws SQLException {
        return values().getNCharacterStream(label);
    }

    @Override
    public Reader getNCharacterStream(int column) throws SQLException {
        return values().getNCharacterStream(column);
    }

    @Override
    public NClob getNClob(String label) throws SQLException {
        return values().getNClob(label);
    }

    @Override
    public NClob getNClob(int column) throws SQLException {
        return values().getNClob(column);
    }

    @Override
    public String getNString(String label) throws SQLException {
        return values().getNString(label);
    }

    @Override
    public String getNString(int column) throws SQLException {
        return values().getNString(column);
    }

    @Override
    public <T> T getObject(String label, Class<T> value) throws SQLException {
        return values().getObject(label, value);
    }

    @Override
    public Object getObject(String label, Map<String, Class<?>> value) throws SQLException {
        return values().getObject(label, value);
    }

    @Override
    public Object getObject(String label) throws SQLException {
        return values().getObject(label);
    }

    @Override
    public <T> T getObject(int column, Class<T> value) throws SQLException {
        return values().getObject(column, value);
    }

    @Override
    public Object getObject(int column, Map<String, Class<?>> value) throws SQLException {
        return values().getObject(column, value);
    }

    @Override
    public Object getObject(int column) throws SQLException {
        return values().getObject(column);
    }

    @Override
    public Ref getRef(String label) throws SQLException {
        return values().getRef(label);
    }

    @Override
    public Ref getRef(int column) throws SQLException {
        return values().getRef(column);
    }

    @Override
    public int getRow() throws SQLException {
        return results.getRow();
    }

    @Override
    public RowId getRowId(String label) throws SQLException {
        return values().getRowId(label);
    }

    @Override
    public RowId getRowId(int column) throws SQLException {
        return values().getRowId(column);
    }

    @Override
    public SQLXML getSQLXML(String label) throws SQLException {
        return values().getSQLXML(label);
    }

    @Override
    public SQLXML getSQLXML(int column) throws SQLException {
        return values().getSQLXML(column);
    }

    @Override
    public short getShort(String label) throws SQLException {
        return values().getShort(label);
    }

    @Override
    public short getShort(int column) throws SQLException {
        return values().getShort(column);
    }

    @Override
    public @Nullable String getString(String label) throws SQLException {
        return values().getString(label);
    }

    @Override
    public @Nullable String getString(int column) throws SQLException {
        return values().getString(column);
    }

    @Override
    public Time getTime(String label, Calendar value) throws SQLException {
        return values().getTime(label, value);
    }

    @Override
    public Time getTime(String label) throws SQLException {
        return values().getTime(label);
    }

    @Override
    public Time getTime(int column, Calendar value) throws SQLException {
        return values().getTime(column, value);
    }

    @Override
    public Time getTime(int column) throws SQLException {
        return values().getTime(column);
    }

    @Override
    public Timestamp getTimestamp(String label, Calendar value) throws SQLException {
        return values().getTimestamp(label, value);
    }

    @Override
    public Timestamp getTimestamp(String label) throws SQLException {
        return values().getTimestamp(label);
    }

    @Override
    public Timestamp getTimestamp(int column, Calendar value) throws SQLException {
        return values().getTimestamp(column, value);
    }

    @Override
    public Timestamp getTimestamp(int column) throws SQLException {
        return values().getTimestamp(column);
    }

    @Override
    public int getType() throws SQLException {
        return results.getType();
    }

    @Override
    public URL getURL(String label) throws SQLException {
        return values().getURL(label);
    }

    @Override
    public URL getURL(int column) throws SQLException {
        return values().getURL(column);
    }

    @Override
    @Deprecated
    public InputStream getUnicodeStream(String label) throws SQLException {
        return values().getUnicodeStream(label);
    }

    @Override
    @Deprecated
    public InputStream getUnicodeStream(int column) throws SQLException {
        return values().getUnicodeStream(column);
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        return results.getWarnings();
    }

    @Override
    public void insertRow() throws SQLException {
        results.insertRow();
    }

    @Override
    public boolean isAfterLast() throws SQLException {
        return results.isAfterLast();
    }

    @Override
    public boolean isBeforeFirst() throws SQLException {
        return results.isBeforeFirst();
    }

    @Override
    public boolean isClosed() throws SQLException {
        return results.isClosed();
    }

    @Override
    public boolean isFirst() throws SQLException {
        return results.isFirst();
    }

    @Override
    public boolean isLast() throws SQLException {
        return results.isLast();
    }

    @Override
    public boolean last() throws SQLException {
        return results.last();
    }

    @Override
    public void moveToCurrentRow() throws SQLException {
        results.moveToCurrentRow();
    }

    @Override
    public void moveToInsertRow() throws SQLException {
        results.moveToInsertRow();
    }

    @Override
    public boolean next() throws SQLException {
        return results.next();
    }

    @Override
    public boolean previous() throws SQLException {
        return results.previous();
    }

    @Override
    public void refreshRow() throws SQLException {
        results.refreshRow();
    }

    @Override
    public boolean relative(int value) throws SQLException {
        return results.relative(value);
    }

    @Override
    public boolean rowDeleted() throws SQLException {
        return results.rowDeleted();
    }

    @Override
    public boolean rowInserted() throws SQLException {
        return results.rowInserted();
    }

    @Override
    public boolean rowUpdated() throws SQLException {
        return results.rowUpdated();
    }

    @Override
    public void setFetchDirection(int value) throws SQLException {
        results.setFetchDirection(value);
    }

    @Override
    public void setFetchSize(int value) throws SQLException {
        results.setFetchSize(value);
    }

    @Override
    public void updateArray(String label, Array value) throws SQLException {
        results.updateArray(label, value);
    }

    @Override
    public void updateArray(int column, Array value) throws SQLException {
        results.updateArray(column, value);
    }

    @Override
    public void updateAsciiStream(String label, InputStream value, int length) throws SQLException {
        results.updateAsciiStream(label, value, length);
    }

    @Override
    public void updateAsciiStream(String label, InputStream value, long length) throws SQLException {
        results.updateAsciiStream(label, value, length);
    }

    @Override
    public void updateAsciiStream(String label, InputStream value) throws SQLException {
        results.updateAsciiStream(label, value);
    }

    @Override
    public void updateAsciiStream(int column, InputStream value, int length) throws SQLException {
        results.updateAsciiStream(column, value, length);
    }

    @Override
    public void updateAsciiStream(int column, InputStream value, long length) throws SQLException {
        results.updateAsciiStream(column, value, length);
    }

    @Override
    public void updateAsciiStream(int column, InputStream value) throws SQLException {
        results.updateAsciiStream(column, value);
    }

    @Override
    public void updateBigDecimal(String label, BigDecimal value) throws SQLException {
        results.updateBigDecimal(label, value);
    }

    @Override
    public void updateBigDecimal(int column, BigDecimal value) throws SQLException {
        results.updateBigDecimal(column, value);
    }

    @Override
    public void updateBinaryStream(String label, InputStream value, int length) throws SQLException {
        results.updateBinaryStream(label, value, length);
    }

    @Override
    public void updateBinaryStream(String label, InputStream value, long length) throws SQLException {
        results.updateBinaryStream(label, value, length);
    }

    @Override
    public void updateBinaryStream(String label, InputStream value) throws SQLException {
        results.updateBinaryStream(label, value);
    }

    @Override
    public void updateBinaryStream(int column, InputStream value, int length) throws SQLException {
        results.updateBinaryStream(column, value, length);
    }

    @Override
    public void updateBinaryStream(int column, InputStream value, long length) throws SQLException {
        results.updateBinaryStream(column, value, length);
    }

    @Override
    public void updateBinaryStream(int column, InputStream value) throws SQLException {
        results.updateBinaryStream(column, value);
    }

    @Override
    public void updateBlob(String label, InputStream value, long length) throws SQLException {
        results.updateBlob(label, value, length);
    }

    @Override
    public void updateBlob(String label, InputStream value) throws SQLException {
        results.updateBlob(label, value);
    }

    @Override
    public void updateBlob(String label, Blob value) throws SQLException {
        results.updateBlob(label, value);
    }

    @Override
    public void updateBlob(int column, InputStream value, long length) throws SQLException {
        results.updateBlob(column, value, length);
    }

    @Override
    public void updateBlob(int column, InputStream value) throws SQLException {
        results.updateBlob(column, value);
    }

    @Override
    public void updateBlob(int column, Blob value) throws SQLException {
        results.updateBlob(column, value);
    }

    @Override
    public void updateBoolean(String label, boolean value) throws SQLException {
        results.updateBoolean(label, value);
    }

    @Override
    public void updateBoolean(int column, boolean value) throws SQLException {
        results.updateBoolean(column, value);
    }

    @Override
    public void updateByte(String label, byte value) throws SQLException {
        results.updateByte(label, value);
    }

    @Override
    public void updateByte(int column, byte value) throws SQLException {
        results.updateByte(column, value);
    }

    @Override
    public void updateBytes(String label, byte[] value) throws SQLException {
        results.updateBytes(label, value);
    }

    @Override
    public void updateBytes(int column, byte[] value) throws SQLException {
        results.updateBytes(column, value);
    }

    @Override
    public void updateCharacterStream(String label, Reader value, int length) throws SQLException {
        results.updateCharacterStream(label, value, length);
    }

    @Override
    public void updateCharacterStream(String label, Reader value, long length) throws SQLException {
        results.updateCharacterStream(label, value, length);
    }

    @Override
    public void updateCharacterStream(String label, Reader value) throws SQLException {
        results.updateCharacterStream(label, value);
    }

    @Override
    public void updateCharacterStream(int column, Reader value, int length) throws SQLException {
        results.updateCharacterStream(column, value, length);
    }

    @Override
    public void updateCharacterStream(int column, Reader value, long length) throws SQLException {
        results.updateCharacterStream(column, value, length);
    }

    @Override
    public void updateCharacterStream(int column, Reader value) throws SQLException {
        results.updateCharacterStream(column, value);
    }

    @Override
    public void updateClob(String label, Reader value, long length) throws SQLException {
        results.updateClob(label, value, length);
    }

    @Override
    public void updateClob(String label, Reader value) throws SQLException {
        results.updateClob(label, value);
    }

    @Override
    public void updateClob(String label, Clob value) throws SQLException {
        results.updateClob(label, value);
    }

    @Override
    public void updateClob(int column, Reader value, long length) throws SQLException {
        results.updateClob(column, value, length);
    }

    @Override
    public void updateClob(int column, Reader value) throws SQLException {
        results.updateClob(column, value);
    }

    @Override
    public void updateClob(int column, Clob value) throws SQLException {
        results.updateClob(column, value);
    }

    @Override
    public void updateDate(String label, Date value) throws SQLException {
        results.updateDate(label, value);
    }

    @Override
    public void updateDate(int column, Date value) throws SQLException {
        results.updateDate(column, value);
    }

    @Override
    public void updateDouble(String label, double value) throws SQLException {
        results.updateDouble(label, value);
    }

    @Override
    public void updateDouble(int column, double value) throws SQLException {
        results.updateDouble(column, value);
    }

    @Override
    public void updateFloat(String label, float value) throws SQLException {
        results.updateFloat(label, value);
    }

    @Override
    public void updateFloat(int column, float value) throws SQLException {
        results.updateFloat(column, value);
    }

    @Override
    public void updateInt(String label, int value) throws SQLException {
        results.updateInt(label, value);
    }

    @Override
    public void updateInt(int column, int value) throws SQLException {
        results.updateInt(column, value);
    }

    @Override
    public void updateLong(String label, long value) throws SQLException {
        results.updateLong(label, value);
    }

    @Override
    public void updateLong(int column, long value) throws SQLException {
        results.updateLong(column, value);
    }

    @Override
    public void updateNCharacterStream(String label, Reader value, long length) throws SQLException {
        results.updateNCharacterStream(label, value, length);
    }

    @Override
    public void updateNCharacterStream(String label, Reader value) throws SQLException {
        results.updateNCharacterStream(label, value);
    }

    @Override
    public void updateNCharacterStream(int column, Reader value, long length) throws SQLException {
        results.updateNCharacterStream(column, value, length);
    }

    @Override
    public void updateNCharacterStream(int column, Reader value) throws SQLException {
        results.updateNCharacterStream(column, value);
    }

    @Override
    public void updateNClob(String label, Reader value, long length) throws SQLException {
        results.updateNClob(label, value, length);
    }

    @Override
    public void updateNClob(String label, Reader value) throws SQLException {
        results.updateNClob(label, value);
    }

    @Override
    public void updateNClob(String label, NClob value) throws SQLException {
        results.updateNClob(label, value);
    }

    @Override
    public void updateNClob(int column, Reader value, long length) throws SQLException {
        results.updateNClob(column, value, length);
    }

    @Override
    public void updateNClob(int column, Reader value) throws SQLException {
        results.updateNClob(column, value);
    }

    @Override
    public void updateNClob(int column, NClob value) throws SQLException {
        results.updateNClob(column, value);
    }

    @Override
    public void updateNString(String label, String value) throws SQLException {
        results.updateNString(label, value);
    }

    @Override
    public void updateNString(int column, String value) throws SQLException {
        results.updateNString(column, value);
    }

    @Override
    public void updateNull(String label) throws SQLException {
        results.updateNull(label);
    }

    @Override
    public void updateNull(int column) throws SQLException {
        results.updateNull(column);
    }

    @Override
    public void updateObject(String label, Object value, int length) throws SQLException {
        results.updateObject(label, value, length);
    }

    @Override
    public void updateObject(String label, Object value, SQLType length, int more) throws SQLException {
        results.updateObject(label, value, length, more);
    }

    @Override
    public void updateObject(String label, Object value, SQLType length) throws SQLException {
        results.updateObject(label, value, length);
    }

    @Override
    public void updateObject(String label, Object value) throws SQLException {
        results.updateObject(label, value);
    }

    @Override
    public void updateObject(int column, Object value, int length) throws SQLException {
        results.updateObject(column, value, length);
    }

    @Override
    public void updateObject(int column, Object value, SQLType length, int more) throws SQLException {
        results.updateObject(column, value, length, more);
    }

    @Override
    public void updateObject(int column, Object value, SQLType length) throws SQLException {
        results.updateObject(column, value, length);
    }

    @Override
    public void updateObject(int column, Object value) throws SQLException {
        results.updateObject(column, value);
    }

    @Override
    public void updateRef(String label, Ref value) throws SQLException {
        results.updateRef(label, value);
    }

    @Override
    public void updateRef(int column, Ref value) throws SQLException {
        results.updateRef(column, value);
    }

    @Override
    public void updateRow() throws SQLException {
        results.updateRow();
    }

    @Override
    public void updateRowId(String label, RowId value) throws SQLException {
        results.updateRowId(label, value);
    }

    @Override
    public void updateRowId(int column, RowId value) throws SQLException {
        results.updateRowId(column, value);
    }

    @Override
    public void updateSQLXML(String label, SQLXML value) throws SQLException {
        results.updateSQLXML(label, value);
    }

    @Override
    public void updateSQLXML(int column, SQLXML value) throws SQLException {
        results.updateSQLXML(column, value);
    }

    @Override
    public void updateShort(String label, short value) throws SQLException {
        results.updateShort(label, value);
    }

    @Override
    public void updateShort(int column, short value) throws SQLException {
        results.updateShort(column, value);
    }

    @Override
    public void updateString(String label, String value) throws SQLException {
        results.updateString(label, value);
    }

    @Override
    public void updateString(int column, String value) throws SQLException {
        results.updateString(column, value);
    }

    @Override
    public void updateTime(String label, Time value) throws SQLException {
        results.updateTime(label, value);
    }

    @Override
    public void updateTime(int column, Time value) throws SQLException {
        results.updateTime(column, value);
    }

    @Override
    public void updateTimestamp(String label, Timestamp value) throws SQLException {
        results.updateTimestamp(label, value);
    }

    @Override
    public void updateTimestamp(int column, Timestamp value) throws SQLException {
        results.updateTimestamp(column, value);
    }

    @Override
    public boolean wasNull() throws SQLException {
        return results.wasNull();
    }

    @Override
    public @Nullable Statement getStatement() throws SQLException {
        return results.getStatement();
    }

    @Override
    public void close() throws SQLException {
        results.close();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : results.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || results.isWrapperFor(type);
    }
}

package io.lagwise.jdbc;

import io.lagwise.jdbc.Parameters.Setter;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/**
 * Setters that are known by name in every process.
 *
 * <p>Those that hold more than a value equal others that hold the same.
 */
final class TypedSetters {
    static final Setter<BigDecimal> BIG_DECIMAL = new Named<>("decimal", PreparedStatement::setBigDecimal);
    static final Setter<Boolean> BOOLEAN = new Named<>("boolean", PreparedStatement::setBoolean);
    static final Setter<Byte> BYTE = new Named<>("byte", PreparedStatement::setByte);
    static final Setter<byte[]> BYTES = new Named<>("bytes", PreparedStatement::setBytes);
    static final Setter<Date> DATE = new Named<>("date", PreparedStatement::setDate);
    static final Setter<Double> DOUBLE = new Named<>("double", PreparedStatement::setDouble);
    static final Setter<Float> FLOAT = new Named<>("float", PreparedStatement::setFloat);
    static final Setter<Integer> INT = new Named<>("int", PreparedStatement::setInt);
    static final Setter<Long> LONG = new Named<>("long", PreparedStatement::setLong);
    static final Setter<String> N_STRING = new Named<>("nstring", PreparedStatement::setNString);
    static final Setter<Object> OBJECT = new Named<>("object", PreparedStatement::setObject);
    static final Setter<Short> SHORT = new Named<>("short", PreparedStatement::setShort);
    static final Setter<String> STRING = new Named<>("string", PreparedStatement::setString);
    static final Setter<Time> TIME = new Named<>("time", PreparedStatement::setTime);
    static final Setter<Timestamp> TIMESTAMP = new Named<>("timestamp", PreparedStatement::setTimestamp);

    private TypedSetters() {}

    /** The one setter of its name; it equals only itself. */
    private static final class Named<T> implements Setter<T> {
        private final String name;
        private final Setter<T> setter;

        Named(String name, Setter<T> setter) {
            this.name = name;
            this.setter = setter;
        }

        @Override
        public void set(PreparedStatement statement, int index, T value) throws SQLException {
            setter.set(statement, index, value);
        }

        @Override
        public String spelling() {
            return name;
        }
    }

    /** Sets NULL of a type. */
    record OfNull(int type, @Nullable String typeName) implements Setter<Object> {
        @Override
        public void set(PreparedStatement statement, int index, Object value) throws SQLException {
            if (typeName == null) {
                statement.setNull(index, type);
            } else {
                statement.setNull(index, type, typeName);
            }
        }

        @Override
        public String spelling() {
            return type + ":" + typeName;
        }
    }

    /** Sets an object as of a type. */
    record OfType(int type) implements Setter<Object> {
        @Override
        public void set(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value, type);
        }

        @Override
        public String spelling() {
            return String.valueOf(type);
        }
    }

    /** Sets an object as of a type, with a scale or length. */
    record OfScaledType(int type, int scaleOrLength) implements Setter<Object> {
        @Override
        public void set(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value, type, scaleOrLength);
        }

        @Override
        public String spelling() {
            return type + ":" + scaleOrLength;
        }
    }

    /** Sets an object as of a type that is no number of {@link Types}. */
    record OfSqlType(SQLType type) implements Setter<Object> {
        @Override
        public void set(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value, type);
        }

        @Override
        public String spelling() {
            return spelled(type);
        }
    }

    /** Sets an object as of such a type, with a scale or length. */
    record OfScaledSqlType(SQLType type, int scaleOrLength) implements Setter<Object> {
        @Override
        public void set(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value, type, scaleOrLength);
        }

        @Override
        public String spelling() {
            return scaleOrLength + ":" + spelled(type);
        }
    }

    /** Sets a value in a calendar, which may change. */
    record InCalendar<T>(Setter<T> setter) implements Setter<T> {
        @Override
        public void set(PreparedStatement statement, int index, T value) throws SQLException {
            setter.set(statement, index, value);
        }

        @Override
        public boolean isComparable() {
            return false;
        }
    }

    private static String spelled(SQLType type) {
        return String.join(
                ":",
                type.getClass().getName(),
                type.getVendor(),
                String.valueOf(type.getVendorTypeNumber()),
                type.getName());
    }
}

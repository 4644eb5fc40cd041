package io.lagwise.jdbc;

import io.lagwise.jdbc.Parameters.Setter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** Setters that hold more than a value, and equal others that hold the same. */
final class TypedSetters {
    private TypedSetters() {}

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
    }

    /** Sets an object as of a type. */
    record OfType(int type) implements Setter<Object> {
        @Override
        public void set(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value, type);
        }
    }

    /** Sets an object as of a type, with a scale or length. */
    record OfScaledType(int type, int scaleOrLength) implements Setter<Object> {
        @Override
        public void set(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value, type, scaleOrLength);
        }
    }

    /** Sets an object as of a type that is no number of {@link Types}. */
    record OfSqlType(SQLType type) implements Setter<Object> {
        @Override
        public void set(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value, type);
        }
    }

    /** Sets an object as of such a type, with a scale or length. */
    record OfScaledSqlType(SQLType type, int scaleOrLength) implements Setter<Object> {
        @Override
        public void set(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value, type, scaleOrLength);
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
}

package io.lagwise.jdbc;

import io.lagwise.spi.Spelled;
import java.lang.reflect.InvocationTargetException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was set for the parameter markers of a prepared statement, to be set again on each physical one.
 *
 * <p>Drivers read most values when they are set. So that a value which changes afterwards, such as a date that is used
 * again for the next row of a batch, arrives as it was, what can be cloned is cloned; arrays are not, as drivers keep the
 * very array too.
 */
final class Parameters {
    /** Sets one parameter. */
    @FunctionalInterface
    interface Setter<T> extends Spelled {
        void set(PreparedStatement statement, int index, T value) throws SQLException;

        /** Returns whether two setters of this kind are equal where they do the same; one that holds nothing is itself. */
        default boolean isComparable() {
            return true;
        }

        @Override
        default @Nullable String spelling() {
            return null;
        }
    }

    private static final int INITIAL = 4;

    private @Nullable Setter<?>[] setters = new Setter<?>[INITIAL];
    private @Nullable Object[] values = new Object[INITIAL];
    private int count;
    private boolean readableOnce;

    <T> void put(int index, @Nullable T value, Setter<T> setter) throws SQLException {
        if (index < 1) {
            throw new SQLException("Parameters are numbered from 1, not " + index, SqlStates.INVALID_VALUE);
        }
        if (index > setters.length) {
            int length = Math.max(index, setters.length * 2);
            setters = Arrays.copyOf(setters, length);
            values = Arrays.copyOf(values, length);
        }
        setters[index - 1] = setter;
        values[index - 1] = asItIs(value);
        count = Math.max(count, index);
    }

    /** Returns a value that does not change when this one does. */
    static @Nullable Object asItIs(@Nullable Object value) throws SQLException {
        if (!(value instanceof Cloneable) || value.getClass().isArray()) {
            return value;
        }
        try {
            return value.getClass().getMethod("clone").invoke(value);
        } catch (InvocationTargetException e) {
            throw new SQLException("A parameter of " + value.getClass() + " cannot be copied", e.getCause());
        } catch (ReflectiveOperationException e) {
            return value;
        }
    }

    /** Remembers that a value, such as a stream, can be read by one execution only. */
    void markReadableOnce() {
        readableOnce = true;
    }

    Intent intent() {
        return readableOnce ? Intent.ONCE : Intent.PLAIN;
    }

    void clear() {
        Arrays.fill(setters, 0, count, null);
        Arrays.fill(values, 0, count, null);
        count = 0;
        readableOnce = false;
    }

    Parameters copy() {
        Parameters copy = new Parameters();
        copy.setters = Arrays.copyOf(setters, Math.max(count, 1));
        copy.values = Arrays.copyOf(values, Math.max(count, 1));
        copy.count = count;
        copy.readableOnce = readableOnce;
        return copy;
    }

    /**
     * Returns setters and values in a form that equals another only if the database is asked the same.
     *
     * @return null if some value cannot be compared
     */
    @Nullable
    Object @Nullable [] comparable() {
        @Nullable Object[] fields = new Object[2 * count];
        for (int i = 0; i < count; i++) {
            Setter<?> setter = setters[i];
            Object value = values[i];
            Object comparable = value == null ? null : ComparableValues.of(value);
            if (setter == null || !setter.isComparable() || (value != null && comparable == null)) {
                return null;
            }
            fields[2 * i] = setter;
            fields[2 * i + 1] = comparable;
        }
        return fields;
    }

    void applyTo(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < count; i++) {
            Setter<?> setter = setters[i];
            if (setter != null) {
                apply(setter, statement, i + 1, values[i]);
            }
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // A setter is kept beside a value of its own type.
    private static <T> void apply(Setter<T> setter, PreparedStatement statement, int index, @Nullable Object value)
            throws SQLException {
        setter.set(statement, index, (T) value);
    }
}

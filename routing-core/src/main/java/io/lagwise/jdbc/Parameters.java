package io.lagwise.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What was set for the parameter markers of a prepared statement, to be set again on each physical one. */
final class Parameters {
    /** Sets one parameter. */
    @FunctionalInterface
    interface Setter {
        void set(PreparedStatement statement, int index) throws SQLException;
    }

    private static final int INITIAL = 4;

    private @Nullable Setter[] setters = new @Nullable Setter[INITIAL];
    private int count;
    private boolean readableOnce;

    void put(int index, Setter setter) throws SQLException {
        if (index < 1) {
            throw new SQLException("Parameters are numbered from 1, not " + index, "22023");
        }
        if (index > setters.length) {
            setters = Arrays.copyOf(setters, Math.max(index, setters.length * 2));
        }
        setters[index - 1] = setter;
        count = Math.max(count, index);
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
        count = 0;
        readableOnce = false;
    }

    Parameters copy() {
        Parameters copy = new Parameters();
        copy.setters = Arrays.copyOf(setters, setters.length);
        copy.count = count;
        copy.readableOnce = readableOnce;
        return copy;
    }

    void applyTo(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < count; i++) {
            Setter setter = setters[i];
            if (setter != null) {
                setter.set(statement, i + 1);
            }
        }
    }
}

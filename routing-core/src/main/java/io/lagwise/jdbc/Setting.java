package io.lagwise.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A property of connections that is carried from the logical to a physical one, and put back afterwards. */
final class Setting<T> {
    static final Setting<Integer> NETWORK_TIMEOUT = new Setting<>(
            0, Connection::getNetworkTimeout, (target, millis) -> target.setNetworkTimeout(Runnable::run, millis));
    static final Setting<String> CATALOG = new Setting<>(1, Connection::getCatalog, Connection::setCatalog);
    static final Setting<String> SCHEMA = new Setting<>(2, SearchPath::of, Connection::setSchema, SearchPath::restore);
    static final Setting<Integer> HOLDABILITY =
            new Setting<>(3, Connection::getHoldability, Connection::setHoldability);
    static final Setting<Map<String, Class<?>>> TYPE_MAP =
            new Setting<>(4, Connection::getTypeMap, Connection::setTypeMap);
    static final Setting<Integer> ISOLATION =
            new Setting<>(5, Connection::getTransactionIsolation, Connection::setTransactionIsolation);
    static final Setting<Boolean> READ_ONLY = new Setting<>(6, Connection::isReadOnly, Connection::setReadOnly);
    static final Setting<Boolean> AUTO_COMMIT = new Setting<>(7, Connection::getAutoCommit, Connection::setAutoCommit);

    /** All, in the order of carrying: what a driver refuses within a transaction comes before auto-commit. */
    static final List<Setting<?>> ALL =
            List.of(NETWORK_TIMEOUT, CATALOG, SCHEMA, HOLDABILITY, TYPE_MAP, ISOLATION, READ_ONLY, AUTO_COMMIT);

    /** Reads the property. */
    @FunctionalInterface
    private interface Getter<T> {
        @Nullable
        T get(Connection connection) throws SQLException;
    }

    /** Changes the property. */
    @FunctionalInterface
    private interface Setter<T> {
        void set(Connection connection, T value) throws SQLException;
    }

    private final int index;
    private final Getter<T> getter;
    private final Setter<T> setter;
    private final Setter<T> restorer;

    private Setting(int index, Getter<T> getter, Setter<T> setter) {
        this(index, getter, setter, setter);
    }

    private Setting(int index, Getter<T> getter, Setter<T> setter, Setter<T> restorer) {
        this.index = index;
        this.getter = getter;
        this.setter = setter;
        this.restorer = restorer;
    }

    int index() {
        return index;
    }

    /** Returns what {@link #restore} takes. */
    @Nullable
    T read(Connection connection) throws SQLException {
        return getter.get(connection);
    }

    @SuppressWarnings("NullAway") // Where null is accepted, as for a schema, is the driver's matter.
    void write(Connection connection, @Nullable T value) throws SQLException {
        setter.set(connection, value);
    }

    @SuppressWarnings({"unchecked", "NullAway"})
    void restore(Connection connection, @Nullable Object before) throws SQLException {
        restorer.set(connection, (T) before);
    }
}

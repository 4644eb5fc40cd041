package io.lagwise.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the application set on the logical connection, to be carried to each physical one.
 *
 * <p>Auto-commit is always carried. So is the isolation level of a transaction, set or not: it is the writer's default,
 * whatever a reader's pool has.
 */
final class ConnectionSettings {
    private final PoolDefaults defaults;
    private boolean autoCommit;
    private boolean readOnly;
    private @Nullable Object @Nullable [] values;
    private @Nullable Map<String, @Nullable String> clientInfo;

    ConnectionSettings(PoolDefaults defaults) {
        this.defaults = defaults;
        this.autoCommit = defaults.autoCommit();
    }

    boolean autoCommit() {
        return autoCommit;
    }

    boolean readOnly() {
        return readOnly;
    }

    /** Returns the isolation level; the writer's default must have been learned. */
    int isolation() {
        Integer declared = get(Setting.ISOLATION);
        return declared == null ? defaults.isolation() : declared;
    }

    /** Returns what was set, or null. */
    @SuppressWarnings("unchecked")
    <T> @Nullable T get(Setting<T> setting) {
        Object[] all = values;
        return all == null ? null : (T) all[setting.index()];
    }

    /** Remembers a value; null stands for nothing set. */
    <T> void put(Setting<T> setting, @Nullable T value) {
        Object[] all = values;
        if (all == null) {
            all = new Object[Setting.ALL.size()];
            values = all;
        }
        all[setting.index()] = value;
        autoCommit = valueOf(Setting.AUTO_COMMIT, defaults.autoCommit());
        readOnly = valueOf(Setting.READ_ONLY, false);
    }

    private boolean valueOf(Setting<Boolean> setting, boolean otherwise) {
        Boolean value = get(setting);
        return value == null ? otherwise : value;
    }

    /** Carries everything to a connection that was just taken from its pool. */
    void carryTo(Lease lease) throws SQLException {
        if (values != null) {
            for (Setting<?> setting : Setting.ALL) {
                if (get(setting) != null && !isOfTransaction(setting)) {
                    carry(setting, lease);
                }
            }
        }
        carryClientInfo(lease);
        carryTransaction(lease);
    }

    /** Carries one setting to a connection that is held. */
    <T> void carry(Setting<T> setting, Lease lease) throws SQLException {
        if (isOfTransaction(setting)) {
            carryTransaction(lease);
        } else {
            lease.set(setting, get(setting));
        }
    }

    private static boolean isOfTransaction(Setting<?> setting) {
        return setting.index() >= Setting.ISOLATION.index();
    }

    private void carryTransaction(Lease lease) throws SQLException {
        carryIsolation(lease);
        carryReadOnly(lease);
        lease.set(Setting.AUTO_COMMIT, autoCommit);
    }

    private void carryIsolation(Lease lease) throws SQLException {
        boolean matters = !autoCommit || get(Setting.ISOLATION) != null;
        if (matters && isolation() != lease.isolation()) {
            lease.setIsolation(isolation());
        }
    }

    /** A reader is never asked to take writes. */
    private void carryReadOnly(Lease lease) throws SQLException {
        boolean declared = get(Setting.READ_ONLY) != null;
        if (declared && (readOnly || lease.isOfWriter() || lease.hasChanged(Setting.READ_ONLY))) {
            lease.set(Setting.READ_ONLY, readOnly);
        }
    }

    // ---- client info

    void putClientInfo(String name, @Nullable String value) {
        Map<String, @Nullable String> all = clientInfo;
        if (all == null) {
            all = new LinkedHashMap<>();
            clientInfo = all;
        }
        all.put(name, value);
    }

    /** Replaces all client info, as JDBC wants it: what is not among the properties is cleared. */
    void replaceClientInfo(Properties properties) {
        Map<String, @Nullable String> all = clientInfo;
        if (all != null) {
            all.replaceAll((name, value) -> null);
        }
        properties.stringPropertyNames().forEach(name -> putClientInfo(name, properties.getProperty(name)));
    }

    boolean hasClientInfo(String name) {
        Map<String, @Nullable String> all = clientInfo;
        return all != null && all.containsKey(name);
    }

    @Nullable
    String clientInfo(String name) {
        Map<String, @Nullable String> all = clientInfo;
        return all == null ? null : all.get(name);
    }

    void addClientInfoTo(Properties properties) {
        Map<String, @Nullable String> all = clientInfo;
        if (all != null) {
            all.forEach((name, value) -> {
                if (value == null) {
                    properties.remove(name);
                } else {
                    properties.setProperty(name, value);
                }
            });
        }
    }

    void carryClientInfo(Lease lease) throws SQLException {
        Map<String, @Nullable String> all = clientInfo;
        if (all != null) {
            for (Map.Entry<String, @Nullable String> entry : all.entrySet()) {
                lease.setClientInfo(entry.getKey(), entry.getValue());
            }
        }
    }

    /** Returns whether the level is at most READ COMMITTED for certain, whether or not it was ever asked for. */
    boolean isKnownReadCommitted() {
        return (get(Setting.ISOLATION) != null || defaults.isLearned()) && isReadCommitted();
    }

    boolean isReadCommitted() {
        return isolation() <= Connection.TRANSACTION_READ_COMMITTED;
    }
}

package io.lagwise.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What the application set on the logical connection, to be carried to each physical one. */
final class ConnectionSettings {
    /** Puts a setting of a physical connection back. */
    @FunctionalInterface
    interface Undo {
        void run(Connection connection) throws SQLException;
    }

    private final PoolDefaults defaults;
    private boolean autoCommit;
    private boolean readOnly;
    private boolean declaredReadOnly;
    private @Nullable Integer isolation;
    private @Nullable Integer holdability;
    private @Nullable Integer networkTimeoutMillis;
    private @Nullable String catalog;
    private @Nullable String schema;
    private @Nullable Map<String, Class<?>> typeMap;
    private final Map<String, @Nullable String> clientInfo = new LinkedHashMap<>();

    ConnectionSettings(PoolDefaults defaults) {
        this.defaults = defaults;
        this.autoCommit = defaults.autoCommit();
    }

    boolean autoCommit() {
        return autoCommit;
    }

    void autoCommit(boolean value) {
        autoCommit = value;
    }

    boolean readOnly() {
        return readOnly;
    }

    void readOnly(boolean value) {
        readOnly = value;
        declaredReadOnly = true;
    }

    @Nullable
    Integer isolation() {
        return isolation;
    }

    void isolation(int level) {
        isolation = level;
    }

    @Nullable
    Integer holdability() {
        return holdability;
    }

    void holdability(int value) {
        holdability = value;
    }

    @Nullable
    Integer networkTimeoutMillis() {
        return networkTimeoutMillis;
    }

    void networkTimeoutMillis(int millis) {
        networkTimeoutMillis = millis;
    }

    @Nullable
    String catalog() {
        return catalog;
    }

    void catalog(@Nullable String name) {
        catalog = name;
    }

    @Nullable
    String schema() {
        return schema;
    }

    void schema(@Nullable String name) {
        schema = name;
    }

    @Nullable
    Map<String, Class<?>> typeMap() {
        return typeMap;
    }

    void typeMap(Map<String, Class<?>> map) {
        typeMap = map;
    }

    void clientInfo(String name, @Nullable String value) {
        clientInfo.put(name, value);
    }

    void clientInfo(Properties properties) {
        properties.stringPropertyNames().forEach(name -> clientInfo.put(name, properties.getProperty(name)));
    }

    @Nullable
    String clientInfo(String name) {
        return clientInfo.get(name);
    }

    void addClientInfoTo(Properties properties) {
        clientInfo.forEach((name, value) -> {
            if (value == null) {
                properties.remove(name);
            } else {
                properties.setProperty(name, value);
            }
        });
    }

    /** Carries everything to a connection that was just taken from its pool. */
    void carryTo(Lease lease) throws SQLException {
        carryNetworkTimeout(lease);
        carryNames(lease);
        carryClientInfo(lease);
        carryIsolation(lease);
        carryHoldability(lease);
        carryTypeMap(lease);
        carryReadOnly(lease);
        carryAutoCommit(lease);
    }

    void carryAutoCommit(Lease lease) throws SQLException {
        Connection physical = lease.physical();
        boolean before = physical.getAutoCommit();
        if (autoCommit != before) {
            lease.undoOnReturn(connection -> connection.setAutoCommit(before));
            physical.setAutoCommit(autoCommit);
        }
    }

    void carryReadOnly(Lease lease) throws SQLException {
        Connection physical = lease.physical();
        boolean before = physical.isReadOnly();
        if (declaredReadOnly && readOnly != before) {
            lease.undoOnReturn(connection -> connection.setReadOnly(before));
            physical.setReadOnly(readOnly);
        }
    }

    void carryIsolation(Lease lease) throws SQLException {
        if (isolation != null && (!defaults.isIsolationKnown() || isolation != defaults.isolation())) {
            Connection physical = lease.physical();
            int before = physical.getTransactionIsolation();
            lease.undoOnReturn(connection -> connection.setTransactionIsolation(before));
            physical.setTransactionIsolation(isolation);
        }
    }

    void carryHoldability(Lease lease) throws SQLException {
        Connection physical = lease.physical();
        if (holdability != null && holdability != physical.getHoldability()) {
            int before = physical.getHoldability();
            lease.undoOnReturn(connection -> connection.setHoldability(before));
            physical.setHoldability(holdability);
        }
    }

    void carryTypeMap(Lease lease) throws SQLException {
        if (typeMap != null) {
            Map<String, Class<?>> before = lease.physical().getTypeMap();
            lease.undoOnReturn(connection -> connection.setTypeMap(before));
            lease.physical().setTypeMap(typeMap);
        }
    }

    void carryNetworkTimeout(Lease lease) throws SQLException {
        Connection physical = lease.physical();
        if (networkTimeoutMillis != null) {
            int before = physical.getNetworkTimeout();
            lease.undoOnReturn(connection -> connection.setNetworkTimeout(Runnable::run, before));
            physical.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
        }
    }

    void carryNames(Lease lease) throws SQLException {
        Connection physical = lease.physical();
        if (catalog != null) {
            String before = physical.getCatalog();
            lease.undoOnReturn(connection -> connection.setCatalog(before));
            physical.setCatalog(catalog);
        }
        if (schema != null) {
            String before = physical.getSchema();
            lease.undoOnReturn(connection -> connection.setSchema(before));
            physical.setSchema(schema);
        }
    }

    void carryClientInfo(Lease lease) throws SQLException {
        Connection physical = lease.physical();
        for (Map.Entry<String, @Nullable String> entry : clientInfo.entrySet()) {
            String before = physical.getClientInfo(entry.getKey());
            lease.undoOnReturn(connection -> connection.setClientInfo(entry.getKey(), before));
            physical.setClientInfo(entry.getKey(), entry.getValue());
        }
    }
}

package io.lagwise.jdbc;

import java.sql.Connection;
import java.util.Map;

/** Makes the logical connections of one data source. */
public final class LogicalConnections {
    private final Wiring wiring;
    private final Map<String, Object> metaDataConstants = RoutedMetaData.memory();

    /** Makes connections over these parts. */
    public LogicalConnections(Wiring wiring) {
        this.wiring = wiring;
    }

    /** Returns a connection whose statements are routed. */
    public Connection routed() {
        return open(LogicalSession.Scope.ALL_NODES);
    }

    /** Returns a connection whose statements all run on the writer, their writes being noted as usual. */
    public Connection writerOnly() {
        return open(LogicalSession.Scope.WRITER_ONLY);
    }

    private Connection open(LogicalSession.Scope scope) {
        ConnectionSettings settings = new ConnectionSettings(wiring.defaults());
        return new RoutedConnection(wiring, metaDataConstants, new LogicalSession(wiring, settings, scope));
    }
}

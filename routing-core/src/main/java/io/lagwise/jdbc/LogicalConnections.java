package io.lagwise.jdbc;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** Makes the logical connections of one data source. */
public final class LogicalConnections {
    private final Wiring wiring;
    private final PhysicalConnections connections;
    private final CommitProtocol commits;
    private final @Nullable CacheAccess cache;
    private final DriverConstants constants = new DriverConstants();

    /** Makes connections over these parts. */
    public LogicalConnections(Wiring wiring) {
        this.wiring = wiring;
        this.connections = new PhysicalConnections(wiring);
        this.commits = new CommitProtocol(wiring);
        this.cache = CacheAccess.of(wiring);
    }

    /** Returns a connection whose statements are routed. */
    public Connection routed() {
        return open(Placement.Scope.ALL_NODES);
    }

    /** Returns a connection whose statements all run on the writer, their writes being noted as usual. */
    public Connection writerOnly() {
        return open(Placement.Scope.WRITER_ONLY);
    }

    private Connection open(Placement.Scope scope) {
        LogicalSession session = new LogicalSession(wiring, connections, commits, cache, scope);
        return new RoutedConnection(wiring.plans(), session, constants);
    }
}

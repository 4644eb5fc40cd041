package io.lagwise.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a connection of the writer's pool looks like when it is handed out.
 *
 * <p>Auto-commit is known from the start, the isolation level once the first connection was seen.
 */
public final class PoolDefaults {
    private static final int UNKNOWN = -1;

    private final boolean autoCommit;
    private volatile int isolation = UNKNOWN;

    private PoolDefaults(boolean autoCommit) {
        this.autoCommit = autoCommit;
    }

    /** Returns the defaults of a pool that hands out connections in auto-commit mode. */
    public static PoolDefaults autoCommitting() {
        return new PoolDefaults(true);
    }

    /** Returns the defaults of a pool that hands out connections with auto-commit off. */
    public static PoolDefaults transactional() {
        return new PoolDefaults(false);
    }

    boolean autoCommit() {
        return autoCommit;
    }

    boolean isIsolationKnown() {
        return isolation != UNKNOWN;
    }

    /** Returns the isolation level; READ COMMITTED is not assumed, so call {@link #learn} first. */
    int isolation() {
        return isolation;
    }

    void learn(Connection connection) throws SQLException {
        if (isolation == UNKNOWN) {
            isolation = connection.getTransactionIsolation();
        }
    }
}

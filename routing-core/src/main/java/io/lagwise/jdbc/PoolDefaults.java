package io.lagwise.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What a connection looks like when its pool hands it out.
 *
 * <p>Auto-commit is known from the start, the rest once the first connection was seen.
 */
public final class PoolDefaults {
    private static final int UNKNOWN = -1;

    private final boolean autoCommit;
    private volatile int holdability = ResultSet.CLOSE_CURSORS_AT_COMMIT;
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

    /** Learns the rest from a connection that was just handed out; asks the server the first time only. */
    public void learn(Connection connection) throws SQLException {
        if (!isLearned()) {
            holdability = connection.getHoldability();
            isolation = connection.getTransactionIsolation();
        }
    }

    boolean isLearned() {
        return isolation != UNKNOWN;
    }

    boolean autoCommit() {
        return autoCommit;
    }

    /** Returns the isolation level; of no JDBC constant before it was learned. */
    int isolation() {
        return isolation;
    }

    int holdability() {
        return holdability;
    }
}

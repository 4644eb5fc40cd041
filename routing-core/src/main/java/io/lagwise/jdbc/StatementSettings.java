package io.lagwise.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * How results of a statement look, and what else was set on it; carried to each physical statement.
 *
 * <p>Getters answer from what was set; the defaults are those of JDBC.
 */
final class StatementSettings {
    /** Sets something on a physical statement. */
    @FunctionalInterface
    interface Setting {
        void applyTo(Statement statement) throws SQLException;
    }

    private final int type;
    private final int concurrency;
    private final int holdability;
    private List<Setting> settings = List.of();

    int maxFieldSize;
    long maxRows;
    int queryTimeoutSeconds;
    int fetchDirection = ResultSet.FETCH_FORWARD;
    int fetchSize;

    /** @param holdability the JDBC constant, or 0 for the connection's */
    StatementSettings(int type, int concurrency, int holdability) {
        this.type = type;
        this.concurrency = concurrency;
        this.holdability = holdability;
    }

    static StatementSettings defaults() {
        return new StatementSettings(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, 0);
    }

    int type() {
        return type;
    }

    int concurrency() {
        return concurrency;
    }

    int holdability() {
        return holdability;
    }

    boolean isUpdatable() {
        return concurrency == ResultSet.CONCUR_UPDATABLE;
    }

    boolean isDefaultShape() {
        return type == ResultSet.TYPE_FORWARD_ONLY && concurrency == ResultSet.CONCUR_READ_ONLY && holdability == 0;
    }

    void add(Setting setting) {
        if (settings.isEmpty()) {
            settings = new ArrayList<>(2);
        }
        settings.add(setting);
    }

    void applyTo(Statement statement) throws SQLException {
        for (Setting setting : settings) {
            setting.applyTo(statement);
        }
    }
}

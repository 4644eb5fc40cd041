package io.lagwise.jdbc;

import java.sql.ResultSet;

/**
 * How the results of a statement are asked for when it is created.
 *
 * @param holdability the JDBC constant, or 0 for the connection's
 */
record ResultShape(int type, int concurrency, int holdability) {
    static final ResultShape DEFAULT = new ResultShape(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, 0);

    boolean isDefault() {
        return equals(DEFAULT);
    }

    boolean isUpdatable() {
        return concurrency == ResultSet.CONCUR_UPDATABLE;
    }
}

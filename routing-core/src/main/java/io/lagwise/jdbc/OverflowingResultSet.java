package io.lagwise.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A result of which the first rows were read ahead, and which goes on with the driver's when those are used up.
 *
 * <p>The driver's stands on the last row that was read ahead. Rows read ahead answer as the driver's would, so that the
 * change is not seen.
 */
final class OverflowingResultSet extends RoutedResultSet {
    private final ResultSet live;

    OverflowingResultSet(ResultSet ahead, ResultSet live, RoutedStatement statement, Lease lease) {
        super(ahead, statement, lease);
        this.live = live;
    }

    @Override
    public boolean next() throws SQLException {
        if (results() == live || super.next()) {
            return results() != live || live.next();
        }
        continueWith(live);
        return live.next();
    }

    @Override
    public boolean isClosed() throws SQLException {
        return super.isClosed() || live.isClosed();
    }

    @Override
    public void close() throws SQLException {
        continueWith(live);
        super.close();
    }
}

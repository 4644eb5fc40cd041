package io.lagwise.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A result that belongs to the logical statement and tells it when it was closed. */
final class RoutedResultSet extends ForwardingResultSet {
    private final RoutedStatement statement;
    private boolean closed;

    RoutedResultSet(ResultSet results, RoutedStatement statement) {
        super(results);
        this.statement = statement;
    }

    @Override
    public Statement getStatement() throws SQLException {
        if (isClosed()) {
            throw new SQLException("The result set is closed", SqlStates.CLOSED);
        }
        return statement;
    }

    @Override
    public void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            results().close();
        } finally {
            statement.resultClosed(this);
        }
    }

    @Override
    public boolean isClosed() throws SQLException {
        return closed || results().isClosed();
    }
}

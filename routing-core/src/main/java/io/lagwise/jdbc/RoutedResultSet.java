package io.lagwise.jdbc;

import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A result that belongs to the logical statement, and tells it when it is closed or changes a row. */
final class RoutedResultSet extends ForwardingResultSet {
    private final RoutedStatement<?> statement;
    private final Lease lease;
    private boolean closed;

    RoutedResultSet(ResultSet results, RoutedStatement<?> statement, Lease lease) {
        super(results);
        this.statement = statement;
        this.lease = lease;
    }

    @Override
    public Statement getStatement() throws SQLException {
        if (isClosed()) {
            throw new SQLException("The result set is closed", SqlStates.STATEMENT_CLOSED);
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

    /** Says that the driver has closed the result, or is about to. */
    void markClosed() {
        closed = true;
    }

    @Override
    public boolean isClosed() throws SQLException {
        return closed || results().isClosed();
    }

    // ---- writing through a result: the rows belong to a table that nobody has named

    @Override
    public void updateRow() throws SQLException {
        write(ResultSet::updateRow);
    }

    @Override
    public void insertRow() throws SQLException {
        write(ResultSet::insertRow);
    }

    @Override
    public void deleteRow() throws SQLException {
        write(ResultSet::deleteRow);
    }

    /** Changes a row. */
    @FunctionalInterface
    private interface Change {
        void of(ResultSet results) throws SQLException;
    }

    private void write(Change change) throws SQLException {
        statement.session().writeThrough(lease, target -> {
            change.of(results());
            return target;
        });
    }

    @Override
    public @Nullable Blob getBlob(int column) throws SQLException {
        return RoutedLob.of(super.getBlob(column), Blob.class, statement.session(), lease);
    }

    @Override
    public @Nullable Blob getBlob(String label) throws SQLException {
        return RoutedLob.of(super.getBlob(label), Blob.class, statement.session(), lease);
    }

    @Override
    public @Nullable Clob getClob(int column) throws SQLException {
        return RoutedLob.of(super.getClob(column), Clob.class, statement.session(), lease);
    }

    @Override
    public @Nullable Clob getClob(String label) throws SQLException {
        return RoutedLob.of(super.getClob(label), Clob.class, statement.session(), lease);
    }

    /** The driver's result leads to its connection, by which anything can be done. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (!type.isInstance(this)) {
            statement.session().exposed(lease);
        }
        return super.unwrap(type);
    }
}

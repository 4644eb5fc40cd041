package io.lagwise.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A connection that answers at once and makes no garbage: one statement and one result, used again and again.
 *
 * <p>What is not written here answers null, zero or false; see {@link Stubs}.
 */
public abstract class NullConnection implements Connection {
    private final boolean reader;
    private final NullStatement statement = Stubs.of(NullStatement.class, this);

    /** Makes a connection to the reader or to the writer. */
    protected NullConnection(boolean reader) {
        this.reader = reader;
    }

    boolean isReader() {
        return reader;
    }

    @Override
    public PreparedStatement prepareStatement(String sql) {
        return statement.prepare(sql);
    }

    @Override
    public Statement createStatement() {
        return statement;
    }

    @Override
    public boolean getAutoCommit() {
        return true;
    }

    @Override
    public int getTransactionIsolation() {
        return TRANSACTION_READ_COMMITTED;
    }

    @Override
    public boolean isValid(int timeout) {
        return true;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }

    /** The statement of a {@link NullConnection}. */
    public abstract static class NullStatement implements PreparedStatement {
        private final NullConnection connection;
        private final NullResult result = Stubs.of(NullResult.class, this);

        /** Makes the statement of this connection. */
        protected NullStatement(NullConnection connection) {
            this.connection = connection;
        }

        private String sql = "";

        NullStatement prepare(String text) {
            sql = text;
            return this;
        }

        @Override
        public Connection getConnection() {
            return connection;
        }

        @Override
        public ResultSet executeQuery() {
            return result.holding(1);
        }

        /** Answers the catalog's question for relations with the one table, any other with nothing. */
        @Override
        public ResultSet executeQuery(String text) {
            sql = text;
            return result.holding(text.contains("relpersistence") ? 1 : 0);
        }

        @Override
        public String toString() {
            return sql;
        }
    }

    /** The result of a {@link NullStatement}: columns that serve the benchmark and the catalog alike. */
    public abstract static class NullResult implements ResultSet {
        private final NullStatement statement;
        private int left;

        /** Makes the result of this statement. */
        protected NullResult(NullStatement statement) {
            this.statement = statement;
        }

        NullResult holding(int rows) {
            left = rows;
            return this;
        }

        @Override
        public boolean next() {
            return left-- > 0;
        }

        @Override
        public long getLong(int column) {
            return column;
        }

        @Override
        public String getString(int column) {
            return column == 2 ? "public" : "item";
        }

        @Override
        public boolean getBoolean(int column) {
            return true;
        }

        @Override
        public Statement getStatement() throws SQLException {
            return statement;
        }
    }
}

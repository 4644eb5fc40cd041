package io.lagwise.routing;

import io.lagwise.jdbc.LogicalConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** The writer through the ledger: what is written here is known to routing. */
final class WriterView extends AbstractDataSource {
    private final LogicalConnections connections;
    private final DataSource writer;

    WriterView(LogicalConnections connections, DataSource writer) {
        this.connections = connections;
        this.writer = writer;
    }

    @Override
    public Connection getConnection() {
        return connections.writerOnly();
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("The credentials are those of the writer's pool");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : writer.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || writer.isWrapperFor(type);
    }
}

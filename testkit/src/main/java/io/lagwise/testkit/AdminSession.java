package io.lagwise.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** One connection of the superuser, whose failures need no catching. */
final class AdminSession implements AutoCloseable {
    static final String SUPERUSER = "postgres";
    static final String SUPERUSER_DATABASE = "postgres";

    private static final int CONNECT_SECONDS = 5;
    /** Longer than any statement of ours, so that a server which hangs fails the test instead of holding it. */
    private static final int STATEMENT_SECONDS = 90;

    private final Connection connection;

    private AdminSession(Connection connection) {
        this.connection = connection;
    }

    static AdminSession open(PostgresServer server) {
        try {
            return connect(server);
        } catch (SQLException failure) {
            throw failed("connecting to " + server.name(), failure);
        }
    }

    static AdminSession connect(PostgresServer server) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + SUPERUSER_DATABASE);
        source.setUser(SUPERUSER);
        source.setPassword(SUPERUSER);
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(STATEMENT_SECONDS);
        source.setApplicationName("lagwise-testkit");
        return new AdminSession(source.getConnection());
    }

    void execute(String sql) {
        query(sql, result -> result);
    }

    /** Changes a setting for good and returns when the server has taken it, the value written as the server shows it. */
    void set(String setting, String value) {
        execute("ALTER SYSTEM SET " + setting + " = '" + value + "'");
        text("SELECT pg_reload_conf()::text");
        Waiting.until(
                () -> ask("SELECT setting = ? FROM pg_settings WHERE name = ?", value, setting),
                () -> setting + " is " + value);
    }

    boolean ask(String sql, Object... parameters) {
        return Boolean.TRUE.equals(query(sql, result -> result.next() && result.getBoolean(1), parameters));
    }

    long number(String sql, Object... parameters) {
        Long value = query(sql, result -> result.next() ? result.getLong(1) : 0L, parameters);
        return value == null ? 0 : value;
    }

    String text(String sql, Object... parameters) {
        String value = query(sql, result -> result.next() ? result.getString(1) : null, parameters);
        return value == null ? "" : value;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw failed("closing a connection", failure);
        }
    }

    private <T> @Nullable T query(String sql, Reading<T> reading, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.execute() ? read(statement, reading) : null;
        } catch (SQLException failure) {
            throw failed(sql, failure);
        }
    }

    private static <T> @Nullable T read(PreparedStatement statement, Reading<T> reading) throws SQLException {
        try (ResultSet result = statement.getResultSet()) {
            return reading.read(result);
        }
    }

    private static TestServerException failed(String doing, SQLException failure) {
        return new TestServerException(doing + ": " + failure.getMessage(), failure);
    }

    private interface Reading<T> {
        @Nullable
        T read(ResultSet result) throws SQLException;
    }
}

package io.lagwise.cache;

import io.lagwise.spi.ConnectionSource;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseStatement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's statements that make results over kept rows; they belong to a connection of their own.
 *
 * <p>The connection is asked for what a result knows only through one: names of types that are not built in, and of the
 * tables behind columns. Reading values needs no server, so that kept results can be read though the connection is broken;
 * the next result that is kept then has a new one made.
 *
 * <p>Thread-safe. No lock is held while kept rows are read.
 */
final class PostgresReading implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresReading.class);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    /**
     * What results depend on beside their text, parameters and tables.
     *
     * <p>Identity of the cluster, database and version; who asks; and the settings that change what a value looks like or
     * what a name means.
     */
    private static final String CONTEXT =
            """
            SELECT pg_catalog.string_agg(pg_catalog.format('%I=%L', name, setting), ',' ORDER BY name)
              FROM (SELECT name, setting
                      FROM pg_catalog.pg_settings
                     WHERE name IN ('TimeZone', 'DateStyle', 'IntervalStyle', 'extra_float_digits', 'bytea_output',
                                    'xmlbinary', 'xmloption', 'search_path', 'default_text_search_config',
                                    'standard_conforming_strings', 'transform_null_equals', 'row_security',
                                    'array_nulls', 'client_encoding', 'server_version_num',
                                    'timezone_abbreviations', 'backslash_quote')
                        OR name LIKE 'lc\\_%'
                     UNION ALL SELECT '1', system_identifier::text FROM pg_catalog.pg_control_system()
                     UNION ALL SELECT '2', pg_catalog.current_database()
                     UNION ALL SELECT '3', current_user
                     UNION ALL SELECT '4', session_user
                     UNION ALL SELECT '5', pg_catalog.current_schemas(true)::text) context""";

    private record Statements(
            Connection connection, BaseStatement forwardOnly, BaseStatement scrolling, byte[] context) {}

    private final ConnectionSource source;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Statements statements;
    private volatile boolean closed;
    private volatile boolean failed;
    private volatile long failedAt;

    PostgresReading(ConnectionSource source) {
        this.source = source;
    }

    /** Returns whether results can be made, after an attempt to connect if need be. */
    boolean isReady() {
        Statements known = statements;
        return (known != null && isUsable(known)) || (mayTry() && opening.tryLock() && open());
    }

    /** Whoever asks waits for the attempt, so that it is not made each time while the server is away. */
    private boolean mayTry() {
        return !failed || System.nanoTime() - failedAt > PAUSE_AFTER_FAILURE.toNanos();
    }

    private static boolean isUsable(Statements known) {
        try {
            return !known.connection().isClosed();
        } catch (SQLException e) {
            log.debug("A connection does not say whether it is closed", e);
            return false;
        }
    }

    /** Connects; the lock is held, and released. */
    private boolean open() {
        try {
            if (closed) {
                return false;
            }
            Statements former = statements;
            Connection connection = source.open();
            statements = new Statements(
                    connection,
                    statement(connection, ResultSet.TYPE_FORWARD_ONLY),
                    statement(connection, ResultSet.TYPE_SCROLL_INSENSITIVE),
                    context(connection));
            discard(former);
            failed = false;
            return true;
        } catch (SQLException e) {
            failedAt = System.nanoTime();
            failed = true;
            log.debug("There is no connection by which kept results could be read", e);
            return false;
        } finally {
            opening.unlock();
        }
    }

    private static byte[] context(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CONTEXT)) {
            row.next();
            return row.getString(1).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Returns what results depend on beside their text, parameters and tables; null before the first connection. */
    byte @Nullable [] context() {
        Statements known = statements;
        return known == null ? null : known.context();
    }

    private static BaseStatement statement(Connection connection, int type) throws SQLException {
        return connection.createStatement(type, ResultSet.CONCUR_READ_ONLY).unwrap(BaseStatement.class);
    }

    /** Returns the statement that makes results of the type. */
    BaseStatement statement(int type) throws SQLException {
        Statements known = statements;
        if (known == null) {
            throw new SQLException("The data source was closed");
        }
        return type == ResultSet.TYPE_FORWARD_ONLY ? known.forwardOnly() : known.scrolling();
    }

    @Override
    public void close() {
        closed = true;
        discard(statements);
    }

    private void discard(@Nullable Statements former) {
        if (former != null) {
            try {
                source.discard(former.connection());
            } catch (SQLException e) {
                log.debug("A connection could not be closed", e);
            }
        }
    }
}

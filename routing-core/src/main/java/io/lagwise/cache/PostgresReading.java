package io.lagwise.cache;

import io.lagwise.spi.ConnectionSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
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

    private record Statements(Connection connection, BaseStatement forwardOnly, BaseStatement scrolling) {}

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
                    statement(connection, ResultSet.TYPE_SCROLL_INSENSITIVE));
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

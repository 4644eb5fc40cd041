package io.lagwise.replication;

import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ServerStatus;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationConnection;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary slot on the writer, and the transactions that the server decodes for it.
 *
 * <p>The slot is gone with the connection, so that it holds back no log once nobody reads it. One thread reads; any may
 * {@link #close()}, which ends a read under way.
 */
public final class ChangeStream implements AutoCloseable {
    /** The publication that says which tables are streamed. */
    public static final String PUBLICATION = "lagwise";

    private static final Logger log = LoggerFactory.getLogger(ChangeStream.class);
    private static final String PLUGIN = "pgoutput";

    /** Settings in the URL go before those beside it, and a stream needs its own of these. */
    private static final Pattern OF_QUERIES =
            Pattern.compile("(?<=[?&])(?:replication|preferQueryMode|assumeMinServerVersion|ApplicationName)=[^&]*&?");

    /** How long the server may take for a connection, and for each question before the slot is made. */
    private static final int ANSWER_SECONDS = 10;

    /**
     * Lets the server notice within half a minute that our machine has vanished, whatever it is doing.
     *
     * <p>Its {@code wal_sender_timeout} holds only while it streams, and before that it would keep the slot for hours.
     */
    private static final String KEEPALIVES =
            "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4";

    /** As a timeout and as an interval. */
    private static final int NEVER = 0;

    /** Transactions that are read together are told together, unless that takes too many messages. */
    private static final int MOST_MESSAGES = 2000;

    private final Connection connection;
    private final String slot;
    private final int process;
    private final PgOutput messages = new PgOutput();
    private volatile boolean waiting;
    private @Nullable PGReplicationStream stream;

    private ChangeStream(Connection connection, String slot) throws SQLException {
        this.connection = connection;
        this.slot = slot;
        connection.setNetworkTimeout(Runnable::run, ANSWER_SECONDS * 1000);
        try (Statement statement = connection.createStatement()) {
            statement.execute(KEEPALIVES);
            try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                this.process = row.getInt(1);
            }
        }
    }

    /** Connects to the server that the URL leads to; the slot is not made yet. */
    public static ChangeStream open(String url, Properties login, String slot) throws SQLException {
        Properties properties = new Properties();
        PGProperty.LOGIN_TIMEOUT.set(properties, ANSWER_SECONDS);
        properties.putAll(login);
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "9.4");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.APPLICATION_NAME.set(properties, "lagwise-stream");
        Connection connection = new Driver().connect(OF_QUERIES.matcher(url).replaceAll(""), properties);
        if (connection == null) {
            throw new SQLException("The PostgreSQL driver does not know the writer's URL");
        }
        try {
            return new ChangeStream(connection, slot);
        } catch (SQLException e) {
            connection.abort(Runnable::run);
            throw e;
        }
    }

    /** Returns the name of the slot. */
    public String slot() {
        return slot;
    }

    /** Returns the server's process that the connection leads to, and that will hold the slot. */
    public int process() {
        return process;
    }

    /** Returns what the server says of itself; only before {@link #createSlot()}. */
    public ServerStatus status(ReplicationProbe probe) throws SQLException {
        return probe.status(connection);
    }

    /** Returns the server's name for the session; only before {@link #createSlot()}. */
    public String session(ReplicationProbe probe) throws SQLException {
        return probe.session(connection);
    }

    /**
     * Makes the slot; blocks until every transaction is over that was under way.
     *
     * @throws SQLException with SQLState 42710 if another session has a slot of this name
     */
    public void createSlot() throws SQLException {
        connection.setNetworkTimeout(Runnable::run, NEVER);
        waiting = true;
        replication()
                .createReplicationSlot()
                .logical()
                .withSlotName(slot)
                .withOutputPlugin(PLUGIN)
                .withTemporaryOption()
                .make();
        waiting = false;
    }

    /**
     * Starts to stream what has been committed since the slot was made.
     *
     * <p>No read times out, and no status is sent by a timer: where a read may, the driver ends the stream when it does
     * (pgjdbc issue 4328, in 42.7.11 to 42.7.14), or takes the middle of a message for its beginning (its request 4356).
     */
    public void start() throws SQLException {
        stream = replication()
                .replicationStream()
                .logical()
                .withSlotName(slot)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", PUBLICATION)
                .withStatusInterval(NEVER, TimeUnit.SECONDS)
                .start();
    }

    private PGReplicationConnection replication() throws SQLException {
        return connection.unwrap(PGConnection.class).getReplicationAPI();
    }

    /** Returns the next transactions, waiting for the first; null if the stream has ended. */
    public @Nullable Committed next() throws SQLException {
        Set<String> tables = new LinkedHashSet<>();
        List<Long> transactions = new ArrayList<>();
        long end = 0;
        int read = 0;
        ByteBuffer message = read();
        while (message != null) {
            Committed committed = messages.read(message);
            if (committed != null) {
                tables.addAll(committed.tables());
                transactions.addAll(committed.transactions());
                end = committed.end();
            }
            if (transactions.isEmpty()) {
                message = read();
            } else {
                message = ++read < MOST_MESSAGES ? started().readPending() : null;
            }
        }
        return transactions.isEmpty() ? null : new Committed(tables, transactions, end);
    }

    /**
     * Returns the next message; whoever waits for it first tells the server how far we are.
     *
     * <p>The server answers that, so that the driver always owes it one more word: while a read waits, the driver gives its word
     * only when it hears the next one, and the server would take us for dead that has asked and hears nothing.
     */
    private @Nullable ByteBuffer read() throws SQLException {
        ByteBuffer here = started().readPending();
        if (here != null) {
            return here;
        }
        started().forceUpdateStatus();
        return started().read();
    }

    /** Lets the server forget what was returned so far, once the next is asked for. */
    public void acknowledge(Committed committed) {
        LogSequenceNumber end = LogSequenceNumber.valueOf(committed.end());
        started().setAppliedLSN(end);
        started().setFlushedLSN(end);
    }

    private PGReplicationStream started() {
        PGReplicationStream current = stream;
        if (current == null) {
            throw new IllegalStateException("not started");
        }
        return current;
    }

    /**
     * Ends the connection, and with it the slot.
     *
     * <p>A server that waits for others to make the slot does not see that the connection has ended, so that it is told.
     */
    @Override
    public void close() {
        try {
            if (waiting) {
                waiting = false;
                connection.unwrap(PGConnection.class).cancelQuery();
            }
        } catch (SQLException e) {
            log.debug("The making of a slot could not be cancelled", e);
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            log.debug("The connection of a stream could not be ended", e);
        }
    }
}

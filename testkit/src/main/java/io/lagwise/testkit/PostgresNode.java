package io.lagwise.testkit;

import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One PostgreSQL server of a {@link PostgresCluster}, with its faults as methods.
 *
 * <p>Every method returns when its effect has taken place. The name is given at birth and does not follow the role: a
 * promoted {@code reader-1} is the writer under its old name.
 */
public final class PostgresNode {
    private static final String POSITION =
            "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END"
                    + " - '0/0'";

    private final PostgresServer server;
    private final ApplicationDatabase database;
    private final Replication replication;

    PostgresNode(PostgresServer server, ApplicationDatabase database) {
        this.server = server;
        this.database = database;
        this.replication = new Replication(server);
    }

    /** Returns {@code writer}, {@code reader-1}, {@code reader-2} and so on. */
    public String name() {
        return server.name();
    }

    /** Returns the port on the loopback interface. */
    public int port() {
        return server.port();
    }

    /** Returns the URL of the application's database on this server alone. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + database.name();
    }

    /** Returns another way to this server, which can be cut and stalled by itself; not to one in Docker. */
    public PostgresLink link() {
        return new PostgresLink(Link.to(server.port()), database);
    }

    /** Returns the application's role, which owns its database and nothing else. */
    public String username() {
        return database.user();
    }

    /** Returns the password of {@link #username()}. */
    public String password() {
        return database.password();
    }

    /** Returns an unpooled source of connections of the application's role. */
    public DataSource dataSource() {
        return source(database.user(), database.password());
    }

    /** Returns an unpooled source of superuser connections to the application's database. */
    public DataSource adminDataSource() {
        return source(AdminSession.SUPERUSER, AdminSession.SUPERUSER);
    }

    /** Holds the reader where it is; the log is still received. */
    public void pauseReplay() {
        replication.pause();
    }

    /** Ends {@link #pauseReplay()}. */
    public void resumeReplay() {
        replication.resume();
    }

    /** Makes each commit visible this long after it happened; zero ends that. */
    public void applyDelay(Duration delay) {
        replication.delay(delay);
    }

    /** Stops the server in good order, ending all its connections. */
    public void stop() {
        server.stop();
    }

    /** Kills the server and all its processes at once, as a power failure would. */
    public void kill() {
        server.kill();
    }

    /** Starts the server again where it was: same directory, same port. */
    public void start() {
        launch();
        awaitReady();
    }

    /** Stops and starts. */
    public void restart() {
        stop();
        start();
    }

    /** Tells whether the server's process lives, frozen or not. */
    public boolean running() {
        return server.running();
    }

    /**
     * Kills one backend, whereupon the server ends all connections and recovers.
     *
     * <p>The postmaster and its start time stay, which makes this the crash that is hardest to see from outside. A
     * reader may come back at an earlier position than it had.
     */
    public void killBackend(int pid) {
        try (AdminSession witness = AdminSession.open(server)) {
            server.signal("KILL", pid);
            Waiting.until(() -> isBroken(witness), () -> name() + " ends its connections");
        }
        awaitReady();
    }

    /** Stops the server in its tracks: connections stay open and nothing answers. */
    public void freeze() {
        server.freeze();
    }

    /** Ends {@link #freeze()}. */
    public void thaw() {
        if (server.frozen()) {
            server.thaw();
            awaitReady();
            replication.reread();
        }
    }

    /** Cuts the reader from its source: it gets no more log though both servers live. */
    public void cutReplication() {
        replication.cut();
    }

    /** Ends {@link #cutReplication()}. */
    public void restoreReplication() {
        replication.restore();
    }

    /**
     * Makes this reader receive the log of another server, a writer or a reader.
     *
     * <p>A reader that is down or frozen follows when it is back; one whose replay is paused, when that is resumed.
     */
    public void follow(PostgresNode writer) {
        replication.follow(writer.server);
    }

    /** Makes a deposed writer read-only, so that {@code targetServerType=primary} passes it by. */
    public void demote() {
        try (AdminSession session = AdminSession.open(server)) {
            session.set("default_transaction_read_only", "on");
        }
    }

    /**
     * Returns the log position in bytes: inserted on a writer, replayed on a reader.
     *
     * <p>A writer's position right behind a page header counts as the page's start, because no record ends inside a
     * header and a reader never reports it; equal positions therefore mean caught up.
     */
    public long position() {
        try (AdminSession session = AdminSession.open(server)) {
            return position(session);
        }
    }

    /** Tells whether the server still recovers, as a reader always does. */
    public boolean inRecovery() {
        try (AdminSession session = AdminSession.open(server)) {
            return session.ask("SELECT pg_is_in_recovery()");
        }
    }

    @Override
    public String toString() {
        return name() + " at " + server.host() + ":" + server.port();
    }

    PostgresServer server() {
        return server;
    }

    Replication replication() {
        return replication;
    }

    void launch() {
        if (!server.running()) {
            server.launch();
        }
    }

    void awaitReady() {
        Waiting.until(this::isReady, () -> name() + " accepts connections; its last words:\n" + server.lastWords());
    }

    void awaitPosition(long position) {
        try (AdminSession session = AdminSession.open(server)) {
            Waiting.until(
                    () -> position(session) >= position,
                    () -> name() + " replays to " + position + " and is at " + position(session));
        }
    }

    /** On a reader: a restart point, from which it recovers if it crashes. */
    void checkpoint() {
        try (AdminSession session = AdminSession.open(server)) {
            session.execute("CHECKPOINT");
        }
    }

    private boolean isReady() {
        if (!server.running()) {
            throw new TestServerException(name() + " did not start; its last words:\n" + server.lastWords());
        }
        try (AdminSession session = AdminSession.connect(server)) {
            return session.ask("SELECT true");
        } catch (SQLException | TestServerException notYet) {
            return false;
        }
    }

    private DataSource source(String user, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl());
        source.setUser(user);
        source.setPassword(password);
        return source;
    }

    private static boolean isBroken(AdminSession session) {
        try {
            return !session.ask("SELECT true");
        } catch (TestServerException broken) {
            return true;
        }
    }

    private static long position(AdminSession session) {
        return LogPosition.withoutPageHeader(session.number(POSITION), session.number(LogPosition.SEGMENT_SIZE));
    }
}

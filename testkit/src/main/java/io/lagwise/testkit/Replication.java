package io.lagwise.testkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How one server gets its log from another. */
final class Replication {
    private static final String SOURCE = "primary_conninfo";
    private static final Duration SHUTDOWN_OF_RECEIVER = Duration.ofMillis(300);
    private static final String RECEIVERS = "SELECT count(*) FROM pg_stat_wal_receiver";
    private static final String RECEIVES_FROM = "SELECT count(*) > 0 FROM pg_stat_wal_receiver"
            + " WHERE status = 'streaming' AND sender_host = ? AND sender_port = ?";
    private static final String RECEIVED =
            "SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'";

    private final PostgresServer server;
    private volatile @Nullable PostgresServer source;

    Replication(PostgresServer server) {
        this.server = server;
    }

    /** Makes the server a copy that will follow what it was copied from; it must be down. */
    void copyFrom(PostgresServer original) {
        server.copyFrom(original);
        source = original;
        server.write(SOURCE, connectionTo(original));
    }

    void follow(PostgresServer other) {
        source = other;
        point(connectionTo(other));
    }

    void cut() {
        point("");
    }

    void restore() {
        follow(source());
    }

    void pause() {
        try (AdminSession session = recovering()) {
            session.text("SELECT pg_wal_replay_pause()::text");
            Waiting.until(() -> isPaused(session), () -> server.name() + " pauses its replay");
        }
    }

    void resume() {
        try (AdminSession session = recovering()) {
            session.text("SELECT pg_wal_replay_resume()::text");
        }
    }

    void delay(Duration delay) {
        try (AdminSession session = recovering()) {
            session.set("recovery_min_apply_delay", Long.toString(delay.toMillis()));
        }
    }

    void promote() {
        try (AdminSession session = recovering()) {
            if (!session.ask("SELECT pg_promote(true, 60)")) {
                throw new TestServerException(
                        server.name() + " was not promoted; its last words:\n" + server.lastWords());
            }
        }
        source = null;
    }

    /** Tells how much of the log has arrived, replayed or not. */
    long received() {
        try (AdminSession session = AdminSession.open(server)) {
            return session.number(RECEIVED);
        }
    }

    /** Lets the server see what was written to its configuration behind its back. */
    void reread() {
        try (AdminSession session = AdminSession.open(server)) {
            session.text("SELECT pg_reload_conf()::text");
        }
    }

    private void point(String connection) {
        if (!server.responds()) {
            server.write(SOURCE, connection);
            return;
        }
        try (AdminSession session = recovering()) {
            session.set(SOURCE, connection);
            if (connection.isEmpty()) {
                awaitNoReceiver(session);
            } else if (!isPaused(session) && source().responds()) {
                awaitReceiver(session);
            }
        }
    }

    /** While replay is paused nobody ends the receiver for us, and nobody starts it anew either. */
    private void awaitNoReceiver(AdminSession session) {
        if (!Waiting.within(SHUTDOWN_OF_RECEIVER, () -> session.number(RECEIVERS) == 0)) {
            server.signal("TERM", (int) session.number("SELECT pid FROM pg_stat_wal_receiver"));
        }
        Waiting.until(() -> session.number(RECEIVERS) == 0, () -> server.name() + " ends its receiver");
    }

    private void awaitReceiver(AdminSession session) {
        Waiting.until(
                () -> session.ask(RECEIVES_FROM, source().replicationHost(), source().replicationPort()),
                () -> server.name() + " follows " + source().name() + "; its last words:\n" + server.lastWords());
    }

    private AdminSession recovering() {
        AdminSession session = AdminSession.open(server);
        if (!session.ask("SELECT pg_is_in_recovery()")) {
            session.close();
            throw notAReader();
        }
        return session;
    }

    private PostgresServer source() {
        PostgresServer current = source;
        if (current == null) {
            throw notAReader();
        }
        return current;
    }

    private IllegalStateException notAReader() {
        return new IllegalStateException(server.name() + " is not a reader");
    }

    private String connectionTo(PostgresServer other) {
        return "host=" + other.replicationHost() + " port=" + other.replicationPort() + " user="
                + AdminSession.SUPERUSER + " sslmode=disable gssencmode=disable application_name=" + server.name();
    }

    private static boolean isPaused(AdminSession session) {
        return session.text("SELECT pg_get_wal_replay_pause_state()").equals("paused");
    }
}

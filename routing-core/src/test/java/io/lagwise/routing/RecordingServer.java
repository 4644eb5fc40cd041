package io.lagwise.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** One server of a {@link RecordingCluster}; as a data source it opens a session for each connection. */
final class RecordingServer extends AbstractDataSource {
    /** A round trip of one session. */
    private record Trip(RecordingSession session, String text) {}

    private final String name;
    private final RecordingCluster cluster;
    private final boolean recovering;
    private final List<RecordingSession> sessions = new CopyOnWriteArrayList<>();
    private final Queue<Trip> trips = new ConcurrentLinkedQueue<>();
    private final List<Disturbance> disturbances = new CopyOnWriteArrayList<>();
    private final AtomicInteger sessionNumbers = new AtomicInteger();
    private volatile long pausedAt = Long.MAX_VALUE;
    private volatile long timeline = 1;

    RecordingServer(String name, RecordingCluster cluster, boolean recovering) {
        this.name = name;
        this.cluster = cluster;
        this.recovering = recovering;
    }

    String name() {
        return name;
    }

    @Override
    public Connection getConnection() {
        RecordingSession session = new RecordingSession(this, sessionNumbers.incrementAndGet());
        sessions.add(session);
        return session.connection();
    }

    @Override
    public Connection getConnection(String username, String password) {
        return getConnection();
    }

    /** Returns how long a pool that is closed waits for connections being opened. */
    @Override
    public int getLoginTimeout() {
        return 2;
    }

    // ---- what the test does

    /** Stops applying what is committed from now on. */
    void pause() {
        pausedAt = cluster.position();
    }

    void resume() {
        pausedAt = Long.MAX_VALUE;
    }

    /** Makes what every session says of the server belong to a later epoch. */
    void enterNextTimeline() {
        timeline++;
    }

    /** Disturbs the next round trip whose text begins so. */
    Disturbance next(String beginning) {
        Disturbance disturbance = new Disturbance(beginning);
        disturbances.add(disturbance);
        return disturbance;
    }

    /** Ends the sessions whose connections are gone, as a server does that has noticed. */
    void endLostSessions() {
        sessions.removeIf(RecordingSession::isLost);
    }

    // ---- what the test asks

    /** Returns the round trips over connections of the application's pool. */
    List<String> trips() {
        return trips.stream()
                .filter(trip -> trip.session().isOfApplication())
                .map(Trip::text)
                .toList();
    }

    void forget() {
        trips.clear();
    }

    /** Returns the sessions whose connections were not closed. */
    List<RecordingSession> openSessions() {
        return sessions.stream().filter(session -> !session.isLost()).toList();
    }

    // ---- what sessions ask

    boolean isRecovering() {
        return recovering;
    }

    long timeline() {
        return timeline;
    }

    long position() {
        return Math.min(pausedAt, cluster.position());
    }

    RecordingCluster cluster() {
        return cluster;
    }

    boolean hasSession(int number) {
        return sessions.stream().anyMatch(session -> session.number() == number);
    }

    void ended(RecordingSession session) {
        sessions.remove(session);
    }

    /** Writes the round trip down and does it, disturbed if the test asked for that. */
    <R> R trip(RecordingSession session, String text, Answer<R> answer) throws SQLException {
        trips.add(new Trip(session, text));
        Disturbance disturbance = session.isOfApplication() ? disturbance(text) : null;
        return disturbance == null ? answer.give() : disturbance.around(session, answer);
    }

    private @Nullable Disturbance disturbance(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (Disturbance disturbance : disturbances) {
            if (disturbance.concerns(lower) && disturbances.remove(disturbance)) {
                return disturbance;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return name;
    }

    /** What the server does in a round trip. */
    @FunctionalInterface
    interface Answer<R> {
        R give() throws SQLException;
    }
}

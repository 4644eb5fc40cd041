package io.lagwise.routing;

import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Something that goes wrong in one round trip, or waits for the test. */
final class Disturbance {
    private final String beginning;
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private boolean waits;
    private boolean done;
    private boolean loses;
    private @Nullable String sqlState;

    Disturbance(String beginning) {
        this.beginning = beginning.toLowerCase(Locale.ROOT);
    }

    boolean concerns(String text) {
        return text.startsWith(beginning);
    }

    /** The server refuses with this SQLState. */
    Disturbance fails(String state) {
        sqlState = state;
        return this;
    }

    /** The connection breaks before the server does anything. */
    Disturbance losesTheConnection() {
        loses = true;
        return fails("08006");
    }

    /** The server does it, and the connection breaks before the answer. */
    Disturbance losesTheAnswer() {
        done = true;
        return losesTheConnection();
    }

    /** The round trip stands still until {@link #release}. */
    Disturbance waits() {
        waits = true;
        return this;
    }

    void awaitArrival() throws InterruptedException {
        if (!arrived.await(5, TimeUnit.SECONDS)) {
            throw new AssertionError("Nothing began with " + beginning);
        }
    }

    void release() {
        released.countDown();
    }

    <R> R around(RecordingSession session, RecordingServer.Answer<R> answer) throws SQLException {
        arrived.countDown();
        awaitRelease();
        String state = sqlState;
        if (state == null) {
            return answer.give();
        }
        if (done) {
            answer.give();
        }
        if (loses) {
            session.breakConnection();
        }
        throw new SQLException("disturbed: " + beginning, state);
    }

    private void awaitRelease() throws SQLException {
        if (waits) {
            try {
                if (!released.await(10, TimeUnit.SECONDS)) {
                    throw new AssertionError("Never released: " + beginning);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted", "57014", e);
            }
        }
    }
}

package io.lagwise.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.LagSnapshot;
import io.lagwise.spi.Position;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.ReaderLag.State;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.ServerStatus.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StampTests {
    private static final ServerId READER = new ServerId("reader");
    private static final Epoch EPOCH = new Epoch(1, 1, new ServerId("writer"));

    private static ServerStatus reader(ServerId server, long timeline, long applied) {
        return new ServerStatus(server, Role.READER, timeline, 1, Position.of("lsn", applied));
    }

    private static boolean shows(Stamp stamp, long required, State state, ServerStatus polled, long polledAt) {
        ReaderLag lag = new ReaderLag("r", state, polled, polledAt, Duration.ZERO, 0, null);
        return stamp.shows(Position.of("lsn", required), lag, new LagSnapshot(EPOCH, null, List.of(lag)));
    }

    private static boolean shows(Stamp stamp, long required, ServerStatus polled, long polledAt) {
        return shows(stamp, required, State.AVAILABLE, polled, polledAt);
    }

    private final Stamp old = new Stamp(1000, reader(READER, 1, 50), null);

    @Test
    void aPollSpeaksForAConnectionThatWasOpenWhenItBegan() {
        assertThat(shows(old, 80, reader(READER, 1, 80), 1001)).isTrue();
        assertThat(shows(old, 81, reader(READER, 1, 80), 1001)).isFalse();
    }

    @Test
    void aPollThatBeganEarlierSaysNothingOfAYoungerConnection() {
        assertThat(shows(old, 80, reader(READER, 1, 80), 1000)).isFalse();
        assertThat(shows(old, 80, reader(READER, 1, 80), 999)).isFalse();
    }

    @Test
    void aYoungConnectionHasItsOwnAnswer() {
        assertThat(shows(old, 50, reader(READER, 1, 80), 999)).isTrue();
        assertThat(shows(old, 51, reader(READER, 1, 80), 999)).isFalse();
    }

    @Test
    void anotherServersPollSaysNothing() {
        assertThat(shows(old, 80, reader(new ServerId("restarted"), 1, 80), 2000))
                .isFalse();
        assertThat(shows(old, 50, reader(new ServerId("restarted"), 1, 10), 2000))
                .isTrue();
    }

    @Test
    void aPositionOfAnotherTimelineSaysNothing() {
        assertThat(shows(old, 50, reader(READER, 2, 80), 2000)).isFalse();
        Stamp former = new Stamp(1000, reader(READER, 0, 50), null);
        assertThat(shows(former, 50, reader(READER, 1, 80), 999)).isFalse();
    }

    @Test
    void aReaderThatIsNotAvailableShowsNothing() {
        assertThat(shows(old, 80, State.DOWN, reader(READER, 1, 80), 2000)).isFalse();
        assertThat(shows(old, 80, State.LAGGING, reader(READER, 1, 80), 2000)).isFalse();
    }

    @Test
    void timesAreComparedAcrossTheOverflowOfTheClock() {
        Stamp late = new Stamp(Long.MAX_VALUE - 1, reader(READER, 1, 50), null);
        assertThat(shows(late, 80, reader(READER, 1, 80), Long.MIN_VALUE + 5)).isTrue();
    }

    @Test
    void aConnectionIsOfTheEpochWhoseWriterItReached() {
        ServerStatus writer = new ServerStatus(EPOCH.server(), Role.WRITER, 1, 1, Position.of("lsn", 9));
        assertThat(new Stamp(1, writer, "s").isOf(EPOCH)).isTrue();
        assertThat(new Stamp(1, writer, "s").isOf(new Epoch(2, 1, EPOCH.server())))
                .isFalse();
        assertThat(old.isOf(new Epoch(1, 1, READER)))
                .as("a reader is no writer")
                .isFalse();
    }
}

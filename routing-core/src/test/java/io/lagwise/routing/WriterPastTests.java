package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.spi.Position;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.ServerStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WriterPastTests {
    private long now = 5;
    private final WriterPast past = new WriterPast(Duration.ofNanos(10), () -> now);

    private static Position position(long bytes) {
        return Position.inLog("7", bytes);
    }

    private Position at(long time, long bytes) {
        return at(time, bytes, 1);
    }

    private Position at(long time, long bytes, long timeline) {
        now = time;
        return past.at(new ServerStatus(new ServerId("7"), ServerStatus.Role.WRITER, timeline, 1, position(bytes)));
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(at(0, 100)).isNull();
        assertThat(at(9, 200)).isNull();
    }

    @Test
    void itIsTheLatestThatIsOldEnough() {
        at(0, 100);
        at(4, 200);
        at(8, 300);
        assertThat(at(10, 400)).isEqualTo(position(100));
        assertThat(at(13, 500)).isEqualTo(position(100));
        assertThat(at(14, 600)).isEqualTo(position(200));
        assertThat(at(21, 700)).isEqualTo(position(400));
        assertThat(at(1000, 800)).isEqualTo(position(700));
    }

    @Test
    void whereAnotherWriterWasSaysNothing() {
        at(0, 100);
        assertThat(at(20, 50, 2)).isNull();
        assertThat(at(25, 60, 2)).isNull();
        assertThat(at(30, 70, 2)).isEqualTo(position(50));
    }
}

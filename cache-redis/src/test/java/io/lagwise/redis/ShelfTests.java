package io.lagwise.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ServerId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShelfTests {
    private static final long HOUR_MILLIS = 3_600_000;

    private final Shelf shelf = new Shelf(null, "instance", Scripts.load(), new Mirror(Duration.ZERO, () -> 0));

    private static Reply reply(String server, long now) {
        return new Reply(Reply.Status.OK, now, server, List.of());
    }

    @Test
    void itsTimeIsThatOfTheServerThatAnsweredLast() {
        shelf.moveTo(reply("one", HOUR_MILLIS));
        shelf.noteTime(reply("one", 2 * HOUR_MILLIS));
        assertThat(shelf.serverTime()).isBetween(2 * HOUR_MILLIS, 3 * HOUR_MILLIS);
    }

    /** Another one may use a number again for another change, where the first was lost. */
    @Test
    void whatWasReadFromAFormerServerOrInAnotherEraIsNotTakenForKnown() {
        Era era = era();
        Reading read = new Reading(era, "former", "1", Position.NONE, List.of());
        shelf.moveTo(reply("former", 0));
        assertThat(shelf.ask(era, List.of(), read).known()).isSameAs(read);
        assertThat(shelf.ask(era(), List.of(), read).known()).isNull();
        shelf.moveTo(reply("present", 0));
        assertThat(shelf.ask(era, List.of(), read).known()).isNull();
    }

    private static Era era() {
        return Era.of(new Epoch(1, 1, new ServerId("a")), Position.NONE);
    }

    /** Else beats would be told to end by a clock that may be ahead, and others would count on them for too long. */
    @Test
    void whatAFormerServerAnswersLateDoesNotChangeIt() {
        shelf.moveTo(reply("former", 9 * HOUR_MILLIS));
        shelf.moveTo(reply("present", HOUR_MILLIS));
        shelf.noteTime(reply("former", 9 * HOUR_MILLIS));
        assertThat(shelf.serverTime()).isBetween(HOUR_MILLIS, 2 * HOUR_MILLIS);
    }
}

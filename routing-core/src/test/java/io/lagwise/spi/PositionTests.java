package io.lagwise.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PositionTests {
    private final Position low = Position.of("lsn", 10);
    private final Position high = Position.of("lsn", 20);

    @Test
    void laterCoversEarlierAndItselfOnly() {
        assertThat(high.covers(low)).isTrue();
        assertThat(low.covers(low)).isTrue();
        assertThat(low.covers(high)).isFalse();
    }

    @Test
    void everythingCoversNothingAndNothingCoversOnlyItself() {
        assertThat(low.covers(Position.NONE)).isTrue();
        assertThat(Position.NONE.covers(low)).isFalse();
        assertThat(Position.NONE.covers(Position.NONE)).isTrue();
    }

    @Test
    void anOriginThatIsMissingIsNotCovered() {
        assertThat(high.covers(Position.of("other", 1))).isFalse();
        assertThat(Position.of(Map.of("a", 5L, "b", 5L)).covers(Position.of("b", 5)))
                .isTrue();
        assertThat(Position.of("b", 9).covers(Position.of(Map.of("a", 5L, "b", 5L))))
                .isFalse();
    }

    @Test
    void mergingCoversBothOriginByOrigin() {
        Position left = Position.of(Map.of("a", 5L, "b", 1L));
        Position right = Position.of(Map.of("b", 3L, "c", 2L));
        assertThat(left.merge(right)).isEqualTo(Position.of(Map.of("a", 5L, "b", 3L, "c", 2L)));
        assertThat(low.merge(high)).isSameAs(high);
        assertThat(high.merge(low)).isSameAs(high);
    }

    @Test
    void distanceCountsOnlyWhatIsMissing() {
        assertThat(low.distanceTo(high)).isEqualTo(10);
        assertThat(high.distanceTo(low)).isZero();
        assertThat(Position.NONE.distanceTo(high)).isEqualTo(20);
    }

    @Test
    void theLogOfAnotherSystemCoversNothing() {
        assertThat(Position.inLog("1", 20).covers(Position.inLog("1", 10))).isTrue();
        assertThat(Position.inLog("2", 20).covers(Position.inLog("1", 10))).isFalse();
    }

    @Test
    void aLogPositionIsWrittenAsPostgresWritesIt() {
        assertThat(Position.inLog("7711226140257898490", 0x1_0000_00FFL)).hasToString("1/FF");
        assertThat(Position.of("lsn", 0x1_0000_00FFL)).hasToString("1/FF");
        assertThat(Position.of("0-1", 7)).hasToString("{0-1=7}");
    }
}

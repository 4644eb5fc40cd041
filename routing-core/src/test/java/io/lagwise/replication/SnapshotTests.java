package io.lagwise.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotTests {
    private static final long WRAPPED = 3L << 32;

    @Test
    void itIsReadAsTheServerWritesIt() {
        assertThat(Snapshot.of("10:20:10,14,15")).isEqualTo(new Snapshot(10, 20, Set.of(10L, 14L, 15L)));
        assertThat(Snapshot.of("20:20:")).isEqualTo(new Snapshot(20, 20, Set.of()));
        assertThat(Snapshot.of("12884901885:12884901889:12884901885").next()).isEqualTo(WRAPPED + 1);
    }

    @Test
    void whatIsOverIsShown() {
        Snapshot snapshot = new Snapshot(10, 20, Set.of(10L, 14L));
        assertThat(snapshot.shows(List.of(9L, 11L, 19L))).isTrue();
        assertThat(snapshot.shows(List.of())).isTrue();
    }

    @Test
    void whatIsUnderWayIsNotShownThoughLaterOnesAreOver() {
        Snapshot snapshot = new Snapshot(10, 20, Set.of(10L, 14L));
        assertThat(snapshot.shows(List.of(9L, 14L))).isFalse();
        assertThat(snapshot.shows(List.of(10L))).isFalse();
    }

    @Test
    void whatHasBegunAfterAllThatIsOverIsNotShown() {
        Snapshot snapshot = new Snapshot(20, 20, Set.of());
        assertThat(snapshot.shows(List.of(20L))).isFalse();
        assertThat(snapshot.shows(List.of(21L))).isFalse();
        assertThat(new Snapshot(WRAPPED + 20, WRAPPED + 20, Set.of()).shows(List.of(21L)))
                .isFalse();
    }

    @Test
    void identifiersOf32BitsAreOfTheEpochThatIsNear() {
        Snapshot justWrapped = new Snapshot(WRAPPED - 2, WRAPPED + 2, Set.of(WRAPPED - 1, WRAPPED + 1));
        assertThat(justWrapped.shows(List.of(0xFFFF_FFFDL))).isTrue();
        assertThat(justWrapped.shows(List.of(0xFFFF_FFFFL))).isFalse();
        assertThat(justWrapped.shows(List.of(0L))).isTrue();
        assertThat(justWrapped.shows(List.of(1L))).isFalse();
        Snapshot aboutToWrap = new Snapshot(WRAPPED - 1, WRAPPED - 1, Set.of());
        assertThat(aboutToWrap.shows(List.of(0L))).as("begun after the wrap").isFalse();
        assertThat(aboutToWrap.shows(List.of(0xFFFF_FFFEL))).isTrue();
    }
}

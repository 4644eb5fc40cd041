package io.lagwise.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LooksTests {
    private final Looks looks = new Looks(this::now, Duration.ofSeconds(5));
    private long now = -7;

    private long now() {
        return now;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void theFirstLookIsDueAtOnce() {
        assertThat(looks.due()).isTrue();
    }

    @Test
    void nobodyElseLooksMeanwhile() {
        looks.due();
        pass(Duration.ofHours(1));
        assertThat(looks.due()).isFalse();
    }

    @Test
    void aLookThatBroughtNothingMakesTheNextOneRarer() {
        for (int seconds : new int[] {2, 4, 5, 5}) {
            assertThat(looks.due()).isTrue();
            looks.foundNothing();
            pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(looks.due()).as("before %s s", seconds).isFalse();
            pass(Duration.ofNanos(1));
        }
        assertThat(looks.due()).isTrue();
    }

    @Test
    void newsMakeLooksFrequentAgain() {
        looks.due();
        looks.foundNothing();
        looks.foundNews();
        pass(Duration.ofSeconds(1));
        assertThat(looks.due()).isTrue();
    }

    @Test
    void readingsThatNobodyAskedForMakeNothingRarer() {
        looks.foundNothing();
        looks.due();
        looks.foundNews();
        looks.foundNothing();
        pass(Duration.ofSeconds(1));
        assertThat(looks.due()).isTrue();
    }
}

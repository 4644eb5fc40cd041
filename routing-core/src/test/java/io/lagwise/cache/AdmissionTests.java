package io.lagwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.CacheReason;
import io.lagwise.cache.Admission.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionTests {
    private static final long SLOW = 200_000;
    private static final long FAST = 2_000;
    private static final long MILLISECOND = 1_000_000;

    private final Admission admission = new Admission(Duration.ofMinutes(5));
    private long now;

    /** Watches a whole window of executions; the questions repeat after this many. */
    private void watch(int distinct, long nanos) {
        for (int i = 0; i < Admission.WINDOW; i++) {
            assertThat(admission.next()).isEqualTo(Verdict.WATCH);
            now += MILLISECOND;
            admission.executed(1 + i % distinct, nanos, now);
        }
    }

    private void ask(int hitsOfTen) {
        for (int i = 0; i < Admission.WINDOW; i++) {
            boolean hit = i % 10 < hitsOfTen;
            now += MILLISECOND;
            admission.asked(hit, hit ? 0 : SLOW, now);
        }
    }

    @Test
    void nothingIsKeptBeforeItWasMeasured() {
        assertThat(admission.next()).isEqualTo(Verdict.WATCH);
        assertThat(admission.verdict()).isEqualTo(CacheReason.BEING_MEASURED);
    }

    @Test
    void whatIsAskedAgainAndTakesTimeIsKept() {
        watch(4, SLOW);
        assertThat(admission.next()).isEqualTo(Verdict.KEEP);
        assertThat(admission.verdict()).isEqualTo(CacheReason.CACHEABLE);
    }

    @Test
    void whatIsNeverTheSameIsLeftAlone() {
        watch(Admission.WINDOW, SLOW);
        assertThat(admission.next()).isEqualTo(Verdict.LEAVE);
        assertThat(admission.verdict()).isEqualTo(CacheReason.DOES_NOT_PAY);
    }

    @Test
    void whatTheDatabaseAnswersAsFastIsLeftAlone() {
        watch(1, FAST);
        assertThat(admission.next()).isEqualTo(Verdict.LEAVE);
        assertThat(admission.verdict()).isEqualTo(CacheReason.DOES_NOT_PAY);
    }

    @Test
    void whatIsAskedSeldomIsLeftAlone() {
        for (int i = 0; i < Admission.WINDOW; i++) {
            now += Duration.ofMinutes(1).toNanos();
            admission.executed(1, SLOW, now);
        }
        assertThat(admission.verdict()).isEqualTo(CacheReason.SELDOM_ASKED);
    }

    @Test
    void whatWasLeftAloneIsLookedAtAgainLessAndLessOften() {
        int pause = Admission.FIRST_PAUSE;
        for (int i = 0; i < 3; i++) {
            watch(Admission.WINDOW, SLOW);
            for (int passed = 0; passed < pause; passed++) {
                assertThat(admission.next()).isEqualTo(Verdict.LEAVE);
            }
            pause *= 2;
        }
        watch(1, SLOW);
        assertThat(admission.next()).as("it has changed").isEqualTo(Verdict.KEEP);
    }

    @Test
    void whatIsKeptStaysWhileHitsBearItOut() {
        watch(1, SLOW);
        ask(8);
        assertThat(admission.next()).isEqualTo(Verdict.KEEP);
        ask(10);
        assertThat(admission.next()).as("all were hits").isEqualTo(Verdict.KEEP);
        ask(1);
        assertThat(admission.next()).as("it is written too often now").isEqualTo(Verdict.LEAVE);
    }
}

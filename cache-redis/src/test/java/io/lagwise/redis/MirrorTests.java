package io.lagwise.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.redis.Mirror.Slot;
import io.lagwise.spi.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MirrorTests {
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final String PREFIX = "lw:{7:0}:";
    private static final String SERVER = "a";
    private static final RecordState STATE = new RecordState("1/1", List.of(), Position.NONE, "");

    private long now = 5_000_000_000L;
    private final Mirror mirror = new Mirror(BOUND, () -> now);

    private void push(String server, long sequence, String... tables) {
        List<String> words = new ArrayList<>(List.of(server, String.valueOf(sequence)));
        List.of(tables).forEach(table -> words.add(PREFIX + table));
        mirror.hear(String.join("\0", words), PREFIX);
    }

    private void push(long sequence, String... tables) {
        push(SERVER, sequence, tables);
    }

    private void beat(long sequence) {
        mirror.beat(SERVER, sequence, now);
    }

    private void learn(String table) {
        AtomicReference<Slot> slot = mirror.slot(table);
        slot.set(new Slot(STATE));
    }

    private boolean has(String table) {
        return mirror.slot(table).get().state() != null;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void knowsNothingBeforeTheFirstBeat() {
        assertThat(mirror.isFresh()).isFalse();
        push(1, "t");
        assertThat(mirror.isFresh()).isFalse();
        beat(1);
        assertThat(mirror.isFresh()).isTrue();
    }

    @Test
    void aPushTakesAwayWhatItNamesAndNothingElse() {
        beat(1);
        learn("t");
        learn("u");
        push(2, "t");
        assertThat(has("t")).isFalse();
        assertThat(has("u")).isTrue();
        assertThat(mirror.isFresh()).isTrue();
    }

    @Test
    void aPushWithoutNamesTakesAllAway() {
        beat(1);
        learn("t");
        push(2);
        assertThat(has("t")).isFalse();
        assertThat(mirror.isFresh()).isTrue();
    }

    @Test
    void aMissingPushEmptiesTheMirrorUntilTheNextBeat() {
        beat(1);
        learn("t");
        push(3, "u");
        assertThat(has("t")).isFalse();
        assertThat(mirror.isFresh()).isFalse();
        beat(3);
        assertThat(mirror.isFresh()).isTrue();
        learn("t");
        push(4, "t");
        assertThat(has("t")).isFalse();
    }

    @Test
    void aPushOfAnotherServerEmptiesTheMirror() {
        beat(1);
        learn("t");
        push("b", 2, "u");
        assertThat(has("t")).isFalse();
        assertThat(mirror.isFresh()).isFalse();
    }

    @Test
    void aBeatOfAnotherServerEmptiesTheMirror() {
        beat(1);
        learn("t");
        mirror.beat("b", 1, now);
        assertThat(has("t")).isFalse();
    }

    @Test
    void whatABeatHasToldOfIsNotAGap() {
        beat(5);
        learn("t");
        push(4, "t");
        push(5, "t");
        assertThat(has("t")).as("read after the beat, so after these").isTrue();
        push(6, "u");
        assertThat(mirror.isFresh()).isTrue();
    }

    @Test
    void theBoundRunsFromTheLastBeatOfWhichAllWasHeard() {
        beat(1);
        pass(BOUND.dividedBy(2));
        beat(2);
        pass(BOUND.dividedBy(2).plusNanos(1));
        assertThat(mirror.isFresh())
                .as("push 2 has not come, so the first beat counts")
                .isFalse();
        push(2, "t");
        assertThat(mirror.isFresh()).as("now the second does").isTrue();
        pass(BOUND.dividedBy(2));
        assertThat(mirror.isFresh()).isFalse();
    }

    @Test
    void aPushThatHasNotComeByTheNextBeatIsLost() {
        beat(1);
        learn("t");
        beat(2);
        assertThat(has("t")).isTrue();
        beat(2);
        assertThat(has("t")).isFalse();
        assertThat(mirror.isFresh()).isTrue();
    }

    @Test
    void whatWasAskedForBeforeAChangeIsNotKeptAfterIt() {
        List<Consumer<Long>> changes = List.of(
                heard -> push(heard + 1, "t"),
                heard -> push(heard + 2, "u"),
                heard -> mirror.empty(),
                heard -> mirror.written(List.of("t")),
                heard -> push("b", heard + 1));
        long heard = 1;
        for (Consumer<Long> change : changes) {
            mirror.empty();
            beat(heard);
            AtomicReference<Slot> slot = mirror.slot("t");
            Slot before = slot.get();
            change.accept(heard);
            assertThat(slot.compareAndSet(before, new Slot(STATE))).isFalse();
            heard += 10;
        }
    }

    @Test
    void aPushThatIsNoneOfOursEmptiesTheMirror() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            mirror.empty();
            mirror.beat(SERVER, 1, now);
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            mirror.hear(new String(bytes, StandardCharsets.ISO_8859_1), PREFIX);
            assertThat(mirror.isFresh()).isFalse();
        }
    }
}

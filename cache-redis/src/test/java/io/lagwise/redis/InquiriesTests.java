package io.lagwise.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.redis.Inquiries.Sent;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ServerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

class InquiriesTests {
    private static final int AT_ONCE = 4;
    private static final Era ERA = Era.of(new Epoch(1, 1, new ServerId("a")), Position.NONE);
    private static final RedissonClient NOBODY = nobody();

    private final Shelf shelf = new Shelf(NOBODY, "me", Scripts.load(), new Mirror(Duration.ZERO, () -> 0));
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private long now = 1_000_000_000L;
    private final Inquiries inquiries = new Inquiries(PATIENCE, () -> now);
    private final List<CompletableFuture<Reply>> sent = new ArrayList<>();

    private static RedissonClient nobody() {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://localhost:1");
        config.setLazyInitialization(true);
        return Redisson.create(config);
    }

    @AfterAll
    static void stop() {
        NOBODY.shutdown();
    }

    private CompletableFuture<Sent> ask() {
        return inquiries.ask(() -> {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            sent.add(reply);
            return new Sent(ERA, Map.of(shelf, new Shelf.Question(null, reply)), null);
        });
    }

    private void answer(int question) {
        sent.get(question).complete(new Reply(Reply.Status.OK, 0, "", List.of()));
    }

    @Test
    void fewAreSentAtOnceAndTheOthersShareTheNext() {
        List<CompletableFuture<Sent>> questions = new ArrayList<>();
        for (int i = 0; i < AT_ONCE + 60; i++) {
            questions.add(ask());
        }
        assertThat(sent).hasSize(AT_ONCE);
        answer(2);
        assertThat(sent).hasSize(AT_ONCE + 1);
        assertThat(new HashSet<>(questions.subList(AT_ONCE, questions.size()))).hasSize(1);
        assertThat(questions).allMatch(CompletableFuture::isDone);
    }

    @Test
    void aReadThatArrivesAfterAQuestionWasSentDoesNotShareIt() {
        for (int i = 0; i < AT_ONCE; i++) {
            ask();
        }
        CompletableFuture<Sent> waiting = ask();
        answer(0);
        assertThat(waiting).isDone();
        CompletableFuture<Sent> later = ask();
        assertThat(later).isNotDone().isNotSameAs(waiting);
        answer(1);
        assertThat(later).isDone();
    }

    @Test
    void questionsThatAreLostHoldNobodyUp() {
        for (int i = 0; i < AT_ONCE; i++) {
            ask();
        }
        CompletableFuture<Sent> waiting = ask();
        assertThat(waiting).isNotDone();
        now += PATIENCE.toNanos();
        assertThat(ask()).as("sent now, for those that wait too").isDone().isSameAs(waiting);
        assertThat(sent).hasSize(AT_ONCE + 1);
        CompletableFuture<Sent> next = ask();
        assertThat(next).as("the last one may still be answered").isNotDone();
        answer(AT_ONCE);
        assertThat(next).isDone();
    }

    @Test
    void aFailedAnswerLetsOthersGoOn() {
        for (int i = 0; i < AT_ONCE; i++) {
            ask();
        }
        CompletableFuture<Sent> waiting = ask();
        sent.get(0).completeExceptionally(new IllegalStateException("gone"));
        assertThat(waiting).isDone();
    }

    @Test
    void whatCannotBeSentFailsAndLetsOthersGoOn() {
        for (int i = 0; i < 2 * AT_ONCE; i++) {
            CompletableFuture<Sent> question = inquiries.ask(() -> {
                throw new IllegalStateException("closed");
            });
            assertThat(question).isCompletedExceptionally();
        }
        ask();
        assertThat(sent).hasSize(1);
    }

    /** Whatever the order of arrivals and answers, nobody is left waiting and nobody is answered by an older question. */
    @Test
    void everyReadIsAnsweredByAQuestionSentAfterIt() {
        Random random = new Random(3);
        Map<CompletableFuture<Sent>, Integer> oldest = new IdentityHashMap<>();
        List<Integer> open = new ArrayList<>();
        int known = 0;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(3) > 0) {
                int before = sent.size();
                CompletableFuture<Sent> question = ask();
                oldest.merge(question, before, Math::max);
                if (question.isDone()) {
                    assertThat(sent.size()).as("sent now").isEqualTo(before + 1);
                }
            } else if (!open.isEmpty()) {
                answer(open.remove(random.nextInt(open.size())));
            }
            for (; known < sent.size(); known++) {
                open.add(known);
            }
            assertThat(open.size()).isLessThanOrEqualTo(AT_ONCE);
        }
        while (!open.isEmpty()) {
            answer(open.remove(0));
            for (; known < sent.size(); known++) {
                open.add(known);
            }
        }
        oldest.forEach((question, before) -> {
            assertThat(question).isDone();
            int number = sent.indexOf(question.join().questions().get(shelf).reply());
            assertThat(number).isGreaterThanOrEqualTo(before);
        });
    }
}

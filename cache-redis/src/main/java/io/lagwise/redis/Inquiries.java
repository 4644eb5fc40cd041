package io.lagwise.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions for the same records, of which few are under way at a time: reads that arrive meanwhile share the next one.
 *
 * <p>Invariant (protocol A6): a read is answered by a question that was sent after it arrived. Where none has been answered for
 * as long as a read waits, questions are taken for lost, and nobody waits for them. Thread-safe; nothing blocks.
 */
final class Inquiries {
    /** With more, reads that wait for an answer of their own only make each other slow. */
    private static final int MOST_UNDER_WAY = 4;

    /**
     * What was sent.
     *
     * @param era in which
     * @param questions what each shelf was asked
     * @param mirror takes in what is heard; null if nothing does
     */
    record Sent(Era era, Map<Shelf, Shelf.Question> questions, @Nullable Consumer<List<RecordState>> mirror) {
        CompletableFuture<Void> whole() {
            return CompletableFuture.allOf(questions.values().stream()
                    .map(question -> question.reply().toCompletableFuture())
                    .toArray(CompletableFuture[]::new));
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final long patience;
    private final LongSupplier clock;
    private int underWay;
    private long lastMoved;
    private @Nullable CompletableFuture<Sent> next;

    /** Makes it for reads that wait so long for an answer, by a clock in nanoseconds. */
    Inquiries(Duration patience, LongSupplier clock) {
        this.patience = patience.toNanos();
        this.clock = clock;
    }

    /** Returns a question that is sent now, or as soon as another one has been answered. */
    CompletableFuture<Sent> ask(Supplier<Sent> sending) {
        CompletableFuture<Sent> question;
        lock.lock();
        try {
            question = next == null ? new CompletableFuture<>() : next;
            boolean moving = clock.getAsLong() - lastMoved < patience;
            if (underWay >= MOST_UNDER_WAY && moving) {
                next = question;
                return question;
            }
            next = null;
            underWay++;
            lastMoved = clock.getAsLong();
        } finally {
            lock.unlock();
        }
        send(question, sending);
        return question;
    }

    private void send(CompletableFuture<Sent> question, Supplier<Sent> sending) {
        try {
            Sent sent = sending.get();
            question.complete(sent);
            sent.whole().whenComplete((done, failure) -> goOn(sending));
        } catch (RuntimeException e) {
            question.completeExceptionally(e);
            goOn(sending);
        }
    }

    private void goOn(Supplier<Sent> sending) {
        CompletableFuture<Sent> question;
        lock.lock();
        try {
            lastMoved = clock.getAsLong();
            question = next;
            next = null;
            if (question == null) {
                underWay--;
            }
        } finally {
            lock.unlock();
        }
        if (question != null) {
            send(question, sending);
        }
    }
}

package io.lagwise.redis;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions for the same records, of which few are under way at a time: reads that arrive meanwhile share the next one.
 *
 * <p>Invariant (protocol A6): a read is answered by a question that was sent after it arrived. Thread-safe; nothing blocks.
 */
final class Inquiries {
    /** With more, reads that wait for an answer of their own only make each other slow. */
    private static final int MOST_UNDER_WAY = 4;

    /**
     * What was sent.
     *
     * @param era in which
     * @param replies what comes back
     * @param mirror takes in what is heard; null if nothing does
     */
    record Sent(Era era, Map<Shelf, CompletionStage<Reply>> replies, @Nullable Consumer<List<RecordState>> mirror) {
        CompletableFuture<Void> whole() {
            return CompletableFuture.allOf(replies.values().stream()
                    .map(CompletionStage::toCompletableFuture)
                    .toArray(CompletableFuture[]::new));
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private int underWay;
    private @Nullable CompletableFuture<Sent> next;

    /** Returns a question that is sent now, or as soon as another one has been answered. */
    CompletableFuture<Sent> ask(Supplier<Sent> sending) {
        CompletableFuture<Sent> question;
        lock.lock();
        try {
            if (underWay >= MOST_UNDER_WAY) {
                question = next == null ? new CompletableFuture<>() : next;
                next = question;
                return question;
            }
            underWay++;
            question = new CompletableFuture<>();
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

package io.lagwise.redis;

import io.lagwise.spi.Position;
import io.lagwise.spi.WriterLink;
import java.util.concurrent.CompletableFuture;

/**
 * Lets something happen before and between the two questions by which an instance decides whom to count on: who is there,
 * and where the log ends.
 */
public final class Interlude {
    private static final String TENDING = "lagwise-redis";

    private volatile Runnable before;
    private volatile Runnable happening;

    /** Lets this happen once, the next time. */
    public void next(Runnable happens) {
        next(() -> {}, happens);
    }

    /** Lets this happen once, the next time, the one before both questions and the other between them. */
    public void next(Runnable first, Runnable happens) {
        before = first;
        happening = happens;
    }

    private boolean isDue() {
        return happening != null && isTending();
    }

    private static boolean isTending() {
        return Thread.currentThread().getName().equals(TENDING);
    }

    private void happen() {
        Runnable due = happening;
        happening = null;
        due.run();
    }

    /** Returns the link, with the questions in the order in which they are asked. */
    public WriterLink inOrder(WriterLink link) {
        return new ForwardingLink(link) {
            @Override
            public <T> CompletableFuture<T> ask(Query<T> query) {
                if (!isDue()) {
                    return right.ask(query);
                }
                before.run();
                CompletableFuture<T> answer = right.ask(query);
                answer.join();
                happen();
                return answer;
            }
        };
    }

    /** Returns the link, with the position that is asked for later taken first. */
    public WriterLink reversed(WriterLink link) {
        return new ForwardingLink(link) {
            private volatile CompletableFuture<Position> earlier;

            @Override
            public <T> CompletableFuture<T> ask(Query<T> query) {
                if (isDue()) {
                    earlier = right.positionFromNow();
                    earlier.join();
                    happen();
                }
                return right.ask(query);
            }

            @Override
            public CompletableFuture<Position> positionFromNow() {
                CompletableFuture<Position> taken = earlier;
                if (taken == null || !isTending()) {
                    return right.positionFromNow();
                }
                earlier = null;
                return taken;
            }
        };
    }
}

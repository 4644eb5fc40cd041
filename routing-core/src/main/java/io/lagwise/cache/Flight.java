package io.lagwise.cache;

import io.lagwise.spi.ResultKey;
import io.lagwise.spi.TableVersions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An execution that others wait for, each for a bounded time. */
final class Flight {
    /** Whoever has waited this long asks the database itself. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    /** What two executions must share for one to answer the other: the same question before the same writes. */
    record Key(ResultKey result, @Nullable TableVersions versions) {}

    private final CompletableFuture<@Nullable CachedRows> rows = new CompletableFuture<>();

    /** Returns the rows, or null if there are none to share in time. */
    @Nullable
    CachedRows await() {
        try {
            return rows.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException e) {
            return null;
        }
    }

    void land(@Nullable CachedRows found) {
        rows.complete(found);
    }
}

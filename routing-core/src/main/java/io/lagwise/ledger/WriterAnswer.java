package io.lagwise.ledger;

import io.lagwise.RouteReason;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What some tables require by a position of the writer, polled after they were asked; of any ledger. */
public final class WriterAnswer implements TableSet {
    /** A writer that takes longer to tell its position is asked for the rows themselves. */
    private static final long LONGEST_WAIT_MILLIS = 250;

    private final TableSet asked;
    private final CompletableFuture<Position> position;

    /** Makes the answer to a set that was asked before the position was. */
    public WriterAnswer(TableSet asked, CompletableFuture<Position> position) {
        this.asked = asked;
        this.position = position;
    }

    @Override
    public @Nullable Position required() {
        try {
            return position.get(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException | java.util.concurrent.CancellationException e) {
            return null;
        }
    }

    @Override
    public RouteReason obstacle() {
        return RouteReason.WRITER_UNKNOWN;
    }

    @Override
    public TableSet askedAgain() {
        return asked.asked();
    }

    @Override
    public @Nullable TableVersions versions() {
        return null;
    }

    @Override
    public boolean isAt(TableVersions versions) {
        return false;
    }

    @Override
    public Set<String> names() {
        return asked.names();
    }
}

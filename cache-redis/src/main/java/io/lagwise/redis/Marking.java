package io.lagwise.redis;

import io.lagwise.redis.RedisSettings.OnOutage;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger.EpochOverException;
import io.lagwise.spi.WriterLink;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a commit leave once others know of it, one way or the other.
 *
 * <p>Either every shelf has its mark; or Redis cannot be reached, and this instance has been silent for so long that all
 * others have noticed. For the latter the server must have shown this instance without a break since they last heard of it:
 * else they may have taken it for dead.
 */
final class Marking {
    private static final Logger log = LoggerFactory.getLogger(Marking.class);
    private static final long PAUSE_NANOS = 2_000_000;
    private static final String REDIS_LOST = "08006";

    private final RedisSettings settings;
    private final Shelves shelves;
    private final LiveTokens live;
    private final Health health;
    private final WriterLink writer;
    private final Runnable wake;
    private final long startedUntil;

    Marking(RedisSettings settings, Shelves shelves, LiveTokens live, Health health, WriterLink writer, Runnable wake) {
        this.settings = settings;
        this.shelves = shelves;
        this.live = live;
        this.health = health;
        this.writer = writer;
        this.wake = wake;
        this.startedUntil = System.nanoTime() + 2 * settings.lease().toNanos();
    }

    /** Returns when the commit may leave. */
    void mark(SharedToken token) throws EpochOverException, SQLException {
        long latest = System.nanoTime() + 3 * settings.surelyOver().toNanos();
        while (!mayLeave(token)) {
            if (System.nanoTime() - latest > 0) {
                throw refusal("Redis takes it for no member for too long");
            }
            wake.run();
            LockSupport.parkNanos(PAUSE_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw refusal("the thread was interrupted");
            }
        }
    }

    private boolean mayLeave(SharedToken token) throws EpochOverException, SQLException {
        if (health.isReachable()) {
            Map<Shelf, String> servers = put(token);
            return servers != null && isOpen() && areStill(servers);
        }
        if (settings.onOutage() == OnOutage.LOCAL) {
            return true;
        }
        return areOthersWarned() && isOpen();
    }

    /** After a failover others may still count on what we told the former server; that ends. */
    private boolean isOpen() {
        for (long left = live.gate() - System.nanoTime(); left > 0; left = live.gate() - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
        }
        return true;
    }

    private static boolean areStill(Map<Shelf, String> servers) {
        return servers.entrySet().stream()
                .allMatch(entry -> entry.getKey().incarnation().equals(entry.getValue()));
    }

    /** Puts the mark into all records; returns the servers that have it, or null if one does not. */
    private @Nullable Map<Shelf, String> put(SharedToken token) throws EpochOverException {
        Map<Shelf, CompletionStage<Reply>> replies = new LinkedHashMap<>();
        Map<Shelf, String> servers = new LinkedHashMap<>();
        token.tables().forEach((shelf, tables) -> {
            servers.put(shelf, shelf.incarnation());
            replies.put(
                    shelf,
                    shelf.run(Script.BEGIN, token.era(), tables, java.util.List.of(token.name(), token.session())));
        });
        for (CompletionStage<Reply> pending : replies.values()) {
            Reply reply = await(pending);
            if (reply == null) {
                return null;
            }
            if (reply.status() == Reply.Status.EPOCH
                    && reply.text(0).compareTo(token.era().text()) > 0) {
                writer.overtaken(Epochs.of(reply.text(0)), Positions.of(reply.texts(1)));
                throw new EpochOverException();
            }
            if (!reply.isOk()) {
                return null;
            }
        }
        return servers;
    }

    /** A commit waits longer than a read: giving up would cost it a lease. */
    private @Nullable Reply await(CompletionStage<Reply> pending) {
        try {
            return pending.toCompletableFuture().get(settings.beatInterval().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            health.lost(e.getCause() == null ? e : e.getCause());
            return null;
        }
    }

    /** Returns whether all others have surely noticed that this instance is silent. */
    private boolean areOthersWarned() throws SQLException {
        for (Shelf shelf : shelves.all()) {
            if (!shelf.everTaken()) {
                if (System.nanoTime() - startedUntil < 0) {
                    return false;
                }
                throw refusal("this instance has never reached it, so that others cannot know of the commit."
                        + " Set lagwise.on-outage to local if there are no others");
            }
            if (System.nanoTime() - shelf.sentUntil() < 0) {
                return false;
            }
        }
        if (!isShown()) {
            throw refusal("the writer may not show this instance to the others, which may have taken it for dead");
        }
        log.debug("A commit leaves without a mark, after a lease of silence");
        return true;
    }

    private boolean isShown() {
        try {
            Position now = writer.positionFromNow().get(1, TimeUnit.SECONDS);
            long openings = writer.openings();
            return now != null && shelves.keepers().stream().allMatch(keeper -> keeper.openingsAtBeat() == openings);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            return false;
        }
    }

    private static SQLException refusal(String reason) {
        return new SQLTransientException(
                "Nothing was committed: Redis cannot be told of it, and " + reason, REDIS_LOST);
    }
}

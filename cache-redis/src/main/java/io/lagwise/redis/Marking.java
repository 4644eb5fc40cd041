package io.lagwise.redis;

import io.lagwise.redis.RedisSettings.OnOutage;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableLedger.EpochOverException;
import io.lagwise.spi.WriterLink;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Records records;
    private final LiveTokens live;
    private final Health health;
    private final WriterLink writer;
    private final Runnable wake;
    private final long startedUntil;

    Marking(
            RedisSettings settings,
            Shelves shelves,
            Records records,
            LiveTokens live,
            Health health,
            WriterLink writer,
            Runnable wake) {
        this.settings = settings;
        this.shelves = shelves;
        this.records = records;
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
            if (health.isReachable()) {
                wake.run();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw refusal("the thread was interrupted");
            }
        }
    }

    private boolean mayLeave(SharedToken token) throws EpochOverException, SQLException {
        if (health.isReachable()) {
            return isPut(token) && isOpen() && token.isOnSameServers();
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

    /** What Redis answers is not believed to be well formed. */
    private boolean isPut(SharedToken token) throws EpochOverException {
        try {
            return put(token);
        } catch (RuntimeException e) {
            health.lost(e);
            return false;
        }
    }

    /** Puts the mark into all records, and into that of everything where the catalog may tell of more. */
    private boolean put(SharedToken token) throws EpochOverException {
        for (boolean all = false; !all; ) {
            Map<Shelf, List<String>> tables = token.tables();
            Map<Shelf, String> catalogs = put(token, tables);
            if (catalogs == null) {
                return false;
            }
            all = records.areCatalogs(catalogs) || token.isOfEverything();
            if (!all) {
                token.widen(shelves.toWrite(Set.of(TableLedger.UNKNOWN)));
            }
        }
        return true;
    }

    /** Returns the versions of the catalog on each shelf, or null if the mark could not be put everywhere. */
    private @Nullable Map<Shelf, String> put(SharedToken token, Map<Shelf, List<String>> tables)
            throws EpochOverException {
        token.noteServers();
        Map<Shelf, CompletionStage<Reply>> replies = new LinkedHashMap<>();
        tables.forEach((shelf, names) -> {
            List<String> keys = new ArrayList<>(names.size() + 1);
            keys.add(TableLedger.CATALOG);
            keys.addAll(names);
            replies.put(shelf, shelf.run(Script.BEGIN, token.era(), keys, List.of(token.name(), token.session())));
        });
        Map<Shelf, String> catalogs = new LinkedHashMap<>();
        for (Map.Entry<Shelf, CompletionStage<Reply>> pending : replies.entrySet()) {
            Reply reply = await(pending.getValue());
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
            // Whoever reads from now on finds the mark.
            pending.getKey().mirror().written(tables.getOrDefault(pending.getKey(), List.of()));
            catalogs.put(pending.getKey(), reply.text(0));
        }
        return catalogs;
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

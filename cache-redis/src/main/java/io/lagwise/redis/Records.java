package io.lagwise.redis;

import io.lagwise.RouteReason;
import io.lagwise.redis.Inquiries.Sent;
import io.lagwise.redis.RecordAnswer.Finding;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableRecord;
import io.lagwise.spi.WriterLink;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes of what the records say what a read must have. */
final class Records {
    private static final long WRITER_PATIENCE_MILLIS = 250;
    private static final Finding WRITER_UNKNOWN = new Finding(null, RouteReason.WRITER_UNKNOWN, null);
    private static final Finding CATALOG_CHANGED = new Finding(null, RouteReason.CATALOG_UNKNOWN, null);
    private static final Finding IN_FLIGHT = new Finding(null, RouteReason.WRITE_IN_FLIGHT, null);

    private final Shelves shelves;
    private final LiveTokens live;
    private final Health health;
    private final WriterLink writer;
    private final Runnable wake;
    private final ReentrantLock catalog = new ReentrantLock();
    private final Map<Shelf, String> catalogs = new ConcurrentHashMap<>();

    Records(Shelves shelves, LiveTokens live, Health health, WriterLink writer, Runnable wake) {
        this.shelves = shelves;
        this.live = live;
        this.health = health;
        this.writer = writer;
        this.wake = wake;
    }

    /** Returns what the answers tell, waiting for them until the deadline; null if the records cannot be used now. */
    @Nullable
    Finding find(RecordSet set, CompletableFuture<Sent> question, long deadline) {
        Sent sent = await(question, deadline);
        if (sent == null) {
            return null;
        }
        List<Reading> readings = new ArrayList<>();
        for (Map.Entry<Shelf, Shelf.Question> asked : sent.questions().entrySet()) {
            Reply reply = await(asked.getValue().reply(), deadline);
            if (reply == null) {
                return null;
            }
            if (!reply.tells()) {
                return refused(reply, sent.era());
            }
            Reading reading = Reading.of(reply, sent.era(), asked.getValue().known());
            set.readings().learn(asked.getKey(), reading);
            readings.add(reading);
        }
        health.answered();
        Consumer<List<RecordState>> mirror = sent.mirror();
        if (mirror != null) {
            mirror.accept(states(readings));
        }
        Finding concluded = set.readings().concludedFrom(readings);
        if (concluded != null) {
            return concluded;
        }
        Finding finding = judge(set.tables(), states(readings), sent.era());
        set.readings().conclude(readings, finding);
        return finding;
    }

    private static List<RecordState> states(List<Reading> readings) {
        return readings.stream().flatMap(reading -> reading.states().stream()).toList();
    }

    /** Returns what the states of these tables' records mean, which are in order; null if one of them is missing. */
    @Nullable
    Finding judge(Map<Shelf, List<String>> placed, List<RecordState> states, Era era) {
        Position required = Position.NONE;
        List<String> names = new ArrayList<>();
        List<String> versions = new ArrayList<>();
        boolean whole = true;
        boolean inFlight = false;
        boolean catalogCurrent = true;
        Iterator<RecordState> next = states.iterator();
        for (Map.Entry<Shelf, List<String>> tables : placed.entrySet()) {
            Shelf shelf = tables.getKey();
            for (String table : tables.getValue()) {
                RecordState state = next.next();
                if (state.isMissing()) {
                    whole = false;
                    missing(shelf, table);
                    continue;
                }
                required = required.merge(state.position());
                inFlight |= isInFlight(state, shelf, table);
                catalogCurrent &= !table.equals(TableLedger.CATALOG) || isCurrent(shelf, state.version());
                names.add(shelf.nameOf(table));
                versions.add(state.version());
            }
        }
        if (!whole) {
            return null;
        }
        if (!catalogCurrent) {
            return CATALOG_CHANGED;
        }
        return inFlight
                ? IN_FLIGHT
                : new Finding(required, RouteReason.WRITE_IN_FLIGHT, new RecordVersions(era.epoch(), names, versions));
    }

    /** Returns what the records say, for people; nothing where they cannot be asked. */
    List<TableRecord> describe(List<String> tables, Shelf.Question question, Era era, long deadline) {
        Reply reply = await(question.reply(), deadline);
        List<TableRecord> described = new ArrayList<>();
        if (reply == null || !reply.tells()) {
            return described;
        }
        List<RecordState> states = Reading.of(reply, era, null).states();
        for (int i = 0; i < tables.size(); i++) {
            RecordState state = states.get(i);
            Position lastWrite = state.isMissing() ? null : state.position();
            described.add(
                    new TableRecord(tables.get(i), lastWrite, state.tokens().size()));
        }
        return described;
    }

    private <T> @Nullable T await(@Nullable CompletionStage<T> reply, long deadline) {
        try {
            return reply == null
                    ? null
                    : reply.toCompletableFuture().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            health.late(e.getCause() == null ? e : e.getCause());
            wake.run();
        } catch (TimeoutException | CancellationException e) {
            health.late(e);
        }
        return null;
    }

    /** A later epoch makes connections to the former writer useless at once; all else is for the keeper. */
    private @Nullable Finding refused(Reply reply, Era era) {
        wake.run();
        if (reply.status() == Reply.Status.EPOCH && reply.text(0).compareTo(era.text()) > 0) {
            Epoch later = Epochs.of(reply.text(0));
            writer.overtaken(later, Positions.of(reply.texts(1)));
            return WRITER_UNKNOWN;
        }
        return null;
    }

    private void missing(Shelf shelf, String table) {
        if (shelves.keeper(shelf).missing().found(table)) {
            wake.run();
        }
    }

    private boolean isInFlight(RecordState state, Shelf shelf, String table) {
        for (RecordState.Token token : state.tokens()) {
            if (!live.has(token.name())) {
                shelves.keeper(shelf).foreign().found(token, table);
            }
        }
        return !state.tokens().isEmpty();
    }

    /** Returns whether these versions of the catalog are such as what is known of it was read under; empty ones are not. */
    boolean areCatalogs(Map<Shelf, String> versions) {
        boolean current = true;
        for (Map.Entry<Shelf, String> version : versions.entrySet()) {
            current &= !version.getValue().isEmpty() && isCurrent(version.getKey(), version.getValue());
        }
        return current;
    }

    /**
     * Returns whether nobody has changed the schema since what is known of it was last forgotten.
     *
     * <p>It is forgotten before the version is noted: whoever finds the noted version finds no older catalog.
     */
    private boolean isCurrent(Shelf shelf, String version) {
        if (version.equals(catalogs.get(shelf))) {
            return true;
        }
        catalog.lock();
        try {
            writer.catalogChanged();
            catalogs.put(shelf, version);
            // Which may still have an older one.
            shelf.mirror().written(List.of(TableLedger.CATALOG));
        } finally {
            catalog.unlock();
        }
        return false;
    }

    /** Returns what a read must have whoever wrote it, by a position of the writer from now on. */
    Finding byWriter() {
        try {
            Position position = writer.positionFromNow().get(WRITER_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return new Finding(position, RouteReason.WRITER_UNKNOWN, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return WRITER_UNKNOWN;
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            return WRITER_UNKNOWN;
        }
    }
}

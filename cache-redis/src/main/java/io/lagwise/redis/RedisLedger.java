package io.lagwise.redis;

import io.lagwise.RouteReason;
import io.lagwise.ledger.LocalLedger;
import io.lagwise.redis.Inquiries.Sent;
import io.lagwise.redis.RecordAnswer.Finding;
import io.lagwise.redis.RedisSettings.OnOutage;
import io.lagwise.redis.Usability.State;
import io.lagwise.replication.PollLoop;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ResultStore;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableRecord;
import io.lagwise.spi.TableSet;
import io.lagwise.spi.TableVersions;
import io.lagwise.spi.WriterLink;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger that several instances share ({@code coordination: redis}, protocol A8).
 *
 * <p>Invariant: between the moment before a commit of any instance leaves and the moment its position is recorded, either
 * its token is in the record of each table it wrote, or every other instance knows that this one may be committing unseen:
 * it finds the beat missing, or the shelf not ready. Only records that are read while all beats are there and the shelf is
 * ready are believed; in any other case a read requires what the writer has committed when it begins (protocol A6).
 *
 * <p>Thread-safe. Reads wait for Redis no longer than the budget; a commit no longer than a lease, once in an outage.
 */
public final class RedisLedger implements TableLedger, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisLedger.class);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_CLOSING = Duration.ofSeconds(3);

    private final String instance = ShelfKeeper.unique();
    private final AtomicLong commits = new AtomicLong();
    private final LocalLedger own = new LocalLedger();
    private final LiveTokens live = new LiveTokens();
    private final Health health = new Health();
    private final Usability usability = new Usability();
    private final RedisSettings settings;
    private final Waits waits;
    private final Shelves shelves;
    private final List<Pushes> pushes;
    private final PollLoop loop = new PollLoop("lagwise-redis", this::tend);
    private final RecordSet schema;
    private final @Nullable RedisResultStore results;
    private final ReentrantLock eras = new ReentrantLock();
    private volatile @Nullable Era era;
    private volatile @Nullable WriterLink writer;
    private volatile @Nullable Records records;
    private volatile @Nullable Marking marking;
    private volatile boolean closed;
    private boolean named;

    private RedisLedger(RedissonClient client, RedisSettings settings, Waits waits, Scripts texts) {
        this.settings = settings;
        this.waits = waits;
        Mirroring mirroring = settings.mirroring();
        Duration bound = mirroring == null ? Duration.ZERO : mirroring.bound();
        this.shelves = Shelves.of(client, instance, texts, () -> new Mirror(bound, System::nanoTime));
        this.pushes = mirroring == null
                ? List.of()
                : shelves.all().stream().map(shelf -> new Pushes(client, shelf)).toList();
        ResultSharing sharing = settings.results();
        this.results =
                sharing == null ? null : new RedisResultStore(client, new Envelope(sharing), settings.budget(), health);
        this.schema = new RecordSet(this, shelves.toRead(Set.of()), own.reads(Set.of()), null);
    }

    /** Returns a ledger in this Redis, which stays open when the ledger is closed. */
    public static RedisLedger over(RedissonClient client, RedisSettings settings) {
        return over(client, settings, Waits.of(settings), Scripts.load());
    }

    static RedisLedger over(RedissonClient client, RedisSettings settings, Waits waits, Scripts texts) {
        return new RedisLedger(client, settings, waits, texts);
    }

    @Override
    public void attach(WriterLink link) {
        writer = link;
        shelves.keep(instance, settings, waits, link, live);
        Records asked = new Records(shelves, live, health, link, loop::wake);
        records = asked;
        marking = new Marking(settings, shelves, asked, live, health, link, loop::wake);
        loop.start();
    }

    @Override
    public String instance() {
        return instance;
    }

    /** Returns the replication identity of the server, or of the first of a cluster; another one after a failover. */
    @Override
    public @Nullable String place() {
        String incarnation = shelves.all().get(0).incarnation();
        return incarnation.isEmpty() ? null : incarnation;
    }

    @Override
    public String coordination() {
        return settings.mirrors(Mirroring.Use.READS) ? "redis-pushed" : "redis";
    }

    @Override
    public String state() {
        return usability().text();
    }

    private State usability() {
        Era now = era;
        if (!health.isReachable()) {
            return State.UNREACHABLE;
        }
        if (now == null || !shelves.areUsable(now)) {
            return State.RECOVERING;
        }
        if (shelves.othersMissing()) {
            return State.INSTANCE_MISSING;
        }
        return settings.mirroring() == null || shelves.areMirrored() ? State.AVAILABLE : State.NOT_PUSHED;
    }

    @Override
    public Map<String, Long> hindrances() {
        return usability.hindrances();
    }

    @Override
    public @Nullable ResultStore results() {
        return results;
    }

    // ---- reading

    @Override
    public TableSet reads(Set<String> tables) {
        Map<Shelf, List<String>> placed = shelves.toRead(tables);
        MirroredSet mirrored = settings.mirroring() == null ? null : new MirroredSet(placed);
        return new RecordSet(this, placed, own.reads(tables), mirrored);
    }

    @Override
    public TableSet writes(Set<String> tables) {
        return new RecordSet(this, shelves.toWrite(tables), own.writes(tables), null);
    }

    /** Returns what is known of the records without asking, where that is good enough; else asks. */
    TableSet answer(RecordSet set) {
        Finding mirrored = mirrored(set);
        if (mirrored == null) {
            return ask(set);
        }
        if (settings.mirrors(Mirroring.Use.READS)) {
            return RecordAnswer.of(set, mirrored);
        }
        TableVersions near = mirrored.versions();
        return near == null ? ask(set) : new NearAnswer(set, near);
    }

    private @Nullable Finding mirrored(RecordSet set) {
        MirroredSet mirror = set.mirrored();
        Era now = era;
        if (mirror == null || now == null || !health.isReachable()) {
            return null;
        }
        return shelves.areUsable(now) && !shelves.othersMissing() ? mirror.find(now, known()) : null;
    }

    /** Returns how long a statement waits for Redis at most. */
    Duration budget() {
        return settings.budget();
    }

    /** Sends the question; whoever uses the answer waits for it. */
    TableSet ask(RecordSet set) {
        Era now = era;
        if (now == null || !health.isReachable() || !shelves.areUsable(now)) {
            // Found out by the writer's position, which moves with every write: nothing is likely.
            return new RecordAnswer(set, () -> without(set), () -> true);
        }
        long deadline = System.nanoTime() + settings.budget().toNanos();
        CompletableFuture<Sent> question = set.inquiries().ask(() -> send(set));
        return new RecordAnswer(
                set,
                () -> {
                    Finding finding = find(set, question, deadline);
                    return finding == null ? without(set) : finding;
                },
                () -> isAnswered(question));
    }

    /** Sends it to the shelves of the set; an era that begins meanwhile makes them refuse. */
    private Sent send(RecordSet set) {
        Era now = Objects.requireNonNull(era, "nothing is asked before the first era");
        Consumer<List<RecordState>> mirror = toMirror(set.mirrored());
        Map<Shelf, Shelf.Question> questions = new LinkedHashMap<>();
        set.tables()
                .forEach((shelf, tables) -> questions.put(
                        shelf, shelf.ask(now, tables, set.readings().on(shelf))));
        return new Sent(now, questions, mirror);
    }

    /** Returns what takes in the answer to a question that is asked after this. */
    private static @Nullable Consumer<List<RecordState>> toMirror(@Nullable MirroredSet mirrored) {
        List<Mirror.Slot> before = mirrored == null ? null : mirrored.before();
        return mirrored == null || before == null ? null : states -> mirrored.learn(before, states);
    }

    private static boolean isAnswered(CompletableFuture<Sent> question) {
        return question.isDone()
                && !question.isCompletedExceptionally()
                && question.join().whole().isDone();
    }

    /** What Redis answers is not believed to be well formed. */
    private @Nullable Finding find(RecordSet set, CompletableFuture<Sent> question, long deadline) {
        try {
            return known().find(set, question, deadline);
        } catch (RuntimeException e) {
            health.late(e);
            return null;
        }
    }

    /** Finds out without the records. */
    private Finding without(RecordSet set) {
        if (settings.onOutage() == OnOutage.LOCAL && !health.isReachable()) {
            return new Finding(set.own().required(), RouteReason.WRITE_IN_FLIGHT, null);
        }
        return known().byWriter();
    }

    private Records known() {
        return Objects.requireNonNull(records, "not attached");
    }

    // ---- writing

    @Override
    public CommitToken begin(Collection<TableSet> written, Epoch epoch, String session)
            throws EpochOverException, SQLException {
        Era now = era;
        if (now == null || !now.epoch().equals(epoch)) {
            throw new EpochOverException();
        }
        if (closed) {
            throw new SQLNonTransientConnectionException(
                    "Nothing was committed: the data source was closed, so that other instances could not know of it");
        }
        List<TableSet> ours = new ArrayList<>();
        Map<Shelf, List<String>> tables = new LinkedHashMap<>();
        for (TableSet set : written) {
            RecordSet marked = (RecordSet) set;
            ours.add(marked.own());
            marked.tables().forEach((shelf, names) -> tables.merge(shelf, names, SharedToken::union));
        }
        CommitToken known = own.begin(ours, epoch, session);
        SharedToken token =
                new SharedToken(ForeignTokens.name(instance, commits.incrementAndGet()), session, now, tables, known);
        live.add(token);
        boolean marked = false;
        try {
            Objects.requireNonNull(marking, "not attached").mark(token);
            marked = true;
        } finally {
            if (!marked) {
                forget(token);
            }
        }
        return token;
    }

    /** Takes back the mark of a commit that will not leave; where it arrives late, it is found and ended. */
    private void forget(SharedToken token) {
        live.remove(token);
        own.complete(token.own(), Position.NONE);
        token.tables().forEach((shelf, tables) -> {
            shelves.keeper(shelf).foreign().expect(token, tables);
            shelf.run(Script.DROP, token.era(), tables, List.of(token.name()));
        });
    }

    @Override
    public void complete(CommitToken token, Position covering) {
        SharedToken ours = (SharedToken) token;
        own.complete(ours.own(), covering);
        live.wrote(ours, covering);
        ours.coveredBy(covering);
        if (health.isReachable()) {
            record(ours, covering);
        }
    }

    private void record(SharedToken token, Position covering) {
        List<String> words = new ArrayList<>(List.of(token.name(), ShelfKeeper.unique()));
        words.addAll(Positions.words(covering));
        token.tables().forEach((shelf, tables) -> shelf.run(Script.COMPLETE, token.era(), tables, words)
                .whenComplete((reply, failure) -> {
                    if (failure == null && reply.isOk()) {
                        recorded(token, shelf, tables);
                    }
                }));
    }

    private void recorded(SharedToken token, Shelf shelf, List<String> tables) {
        if (token.isOlderThan(settings.beatInterval().toNanos())) {
            // A beat that was sent before may put the mark again after this.
            shelves.keeper(shelf).foreign().expect(token, tables);
        }
        if (token.isRecordedOn(shelf)) {
            live.remove(token);
        }
    }

    @Override
    public void advance(Epoch epoch, Position floor) {
        eras.lock();
        try {
            Era before = era;
            if (before != null && before.epoch().isAfter(epoch)) {
                return;
            }
            own.advance(epoch, floor);
            if (before != null && before.epoch().equals(epoch)) {
                era = Era.of(epoch, before.floor().merge(floor));
            } else {
                live.enter(epoch);
                era = Era.of(epoch, floor);
            }
        } finally {
            eras.unlock();
        }
        loop.wake();
    }

    // ---- tending

    private Duration tend() {
        Era now = era;
        try {
            if (now == null || !isNamed()) {
                return RETRY;
            }
            usability.note(usability());
            if (!health.isReachable()) {
                greet(now);
            }
            pushes.forEach(Pushes::keep);
            for (ShelfKeeper keeper : shelves.keepers()) {
                keeper.tend(now);
            }
            for (SharedToken token : live.all()) {
                Position covering = token.covering();
                if (covering != null
                        && token.isOlderThan(settings.beatInterval().toNanos())) {
                    record(token, covering);
                }
            }
            // Whose statements all belong on the writer by what it knows of the schema would not find out otherwise.
            ask(schema).required();
            usability.note(usability());
            return settings.pace();
        } catch (ShelfKeeper.UnreachableException e) {
            health.lost(e);
            usability.note(usability());
            return RETRY;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return RETRY;
        }
    }

    /**
     * Finds out whether all servers answer.
     *
     * <p>No beat is sent before: who is sent beats is taken for alive, and where one server of a cluster is away, a commit
     * that cannot be marked there would wait for the end of the last beat without end.
     */
    private void greet(Era now) throws ShelfKeeper.UnreachableException, InterruptedException {
        for (ShelfKeeper keeper : shelves.keepers()) {
            keeper.greet(now);
        }
        health.found();
    }

    /** Sees to it that the keys are named after the database, which the writer tells. */
    private boolean isNamed() throws InterruptedException {
        if (!named) {
            try {
                shelves.name(Objects.requireNonNull(writer, "not attached")
                        .ask((probe, connection) -> probe.database(connection))
                        .get(LONGEST_CLOSING.toMillis(), TimeUnit.MILLISECONDS));
                named = true;
            } catch (ExecutionException | TimeoutException | CancellationException e) {
                log.debug("The writer did not tell which database it is", e);
            }
        }
        return named;
    }

    // ---- what is shown

    @Override
    public List<TableRecord> describe(Collection<String> tables) {
        Era now = era;
        Records asked = records;
        if (now == null || asked == null || !health.isReachable() || !shelves.areUsable(now)) {
            return own.describe(tables);
        }
        Map<String, TableRecord> found = new LinkedHashMap<>();
        own.describe(tables).forEach(known -> found.put(known.table(), known));
        long deadline = System.nanoTime() + settings.budget().toNanos();
        shelves.toRead(Set.copyOf(tables))
                .forEach((shelf, names) -> asked.describe(names, shelf.ask(now, names, null), now, deadline)
                        .forEach(record -> found.replace(record.table(), record)));
        return List.copyOf(found.values());
    }

    @Override
    public List<TableRecord> records() {
        return own.records();
    }

    /**
     * Ends the beats, and takes leave of the others where nothing is under way.
     *
     * <p>Else they wait until the database server shows no connection of this instance any more.
     */
    @Override
    public void close() {
        closed = true;
        loop.close();
        try {
            loop.join(LONGEST_CLOSING);
            pushes.forEach(Pushes::end);
            Era now = era;
            if (now != null && health.isReachable() && live.size() == 0) {
                leave(now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void leave(Era now) throws InterruptedException {
        for (Shelf shelf : shelves.all()) {
            try {
                shelf.run(Script.LEAVE, now, List.of(), List.of())
                        .toCompletableFuture()
                        .get(settings.beatInterval().toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException | CancellationException e) {
                log.debug("Redis did not hear that this instance ends", e);
            }
        }
    }
}

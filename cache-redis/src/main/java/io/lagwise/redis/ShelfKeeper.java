package io.lagwise.redis;

import io.lagwise.redis.Shelf.Standing;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.WriterLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this instance's place on one shelf, and the shelf in order for all (protocol A8): beats, recovers after a failover,
 * signs off the dead, makes missing records, ends the commits of the dead.
 *
 * <p>Runs on one thread.
 */
final class ShelfKeeper {
    private static final Logger log = LoggerFactory.getLogger(ShelfKeeper.class);
    private static final Duration WRITER_PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_STEPS = 8;

    /** Redis did not answer, or not as it should. */
    static final class UnreachableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private final Shelf shelf;
    private final RedisSettings settings;
    private final Waits waits;
    private final WriterLink writer;
    private final LiveTokens live;
    private final MissingRecords missing;
    private final ForeignTokens foreign;
    private final String instance;

    /** Whether the server has heard of all that we wrote, since we turned to it. */
    private boolean told;

    private @Nullable Long unbornSince;
    private volatile long openingsAtBeat = -1;
    private volatile boolean othersMissing;
    private long sentAt;

    ShelfKeeper(Shelf shelf, String instance, RedisSettings settings, Waits waits, WriterLink writer, LiveTokens live) {
        this.shelf = shelf;
        this.instance = instance;
        this.settings = settings;
        this.waits = waits;
        this.writer = writer;
        this.live = live;
        this.missing = new MissingRecords(waits);
        this.foreign = new ForeignTokens(settings, instance);
    }

    MissingRecords missing() {
        return missing;
    }

    ForeignTokens foreign() {
        return foreign;
    }

    /** Returns whether another instance has fallen silent. */
    boolean othersMissing() {
        return othersMissing;
    }

    /** Returns how often the connection that shows us to the others had been opened when they last heard of us. */
    long openingsAtBeat() {
        return openingsAtBeat;
    }

    /** Does what is due in this era, on a shelf whose server was greeted. */
    void tend(Era era) throws UnreachableException, InterruptedException {
        for (int step = 0; step < MOST_STEPS; step++) {
            Reply standing = step(era);
            if (standing != null) {
                stand(standing, era);
                return;
            }
            Epoch current = writer.epoch();
            if (current != null && current.isAfter(era.epoch())) {
                return;
            }
        }
    }

    /** A server that does not answer a greeting in a statement's time is not gone back to. */
    void greet(Era era) throws UnreachableException, InterruptedException {
        Reply reply = await(shelf.run(Script.HELLO, era, List.of(), List.of()), settings.budget());
        if (!reply.isOk()) {
            throw new UnreachableException("it is not a primary", null);
        }
        if (!reply.incarnation().equals(shelf.incarnation())) {
            moveTo(reply);
        } else if (shelf.standing() != Standing.OUTSIDE) {
            // After an outage what it was not told is told again.
            shelf.stand(Standing.OUTSIDE);
        }
    }

    private void moveTo(Reply reply) {
        // First the gate: whoever finds the new incarnation must find it closed.
        live.close(shelf.sentUntil());
        shelf.moveTo(reply);
        told = false;
        unbornSince = null;
    }

    /** Takes one step; returns how we stand once there is nothing in the way. */
    private @Nullable Reply step(Era era) throws UnreachableException, InterruptedException {
        if (!shelf.isIn(era)) {
            List<String> words = new ArrayList<>(List.of(unique(), writer.openings() <= 1 ? "always" : "lost"));
            words.addAll(Positions.words(era.floor()));
            Reply reply = run(Script.ADVANCE, era, List.of(), words);
            if (!hear(reply, era)) {
                return null;
            }
            shelf.acknowledge(era);
        }
        Reply reply = shelf.standing() == Standing.OUTSIDE ? takeIn(era) : beat(era);
        return hear(reply, era) ? reply : null;
    }

    private Reply beat(Era era) throws UnreachableException, InterruptedException {
        long old = settings.beatInterval().toNanos();
        List<SharedToken> tokens = live.all().stream()
                .filter(token -> token.era().epoch().equals(era.epoch()) && token.isOlderThan(old))
                .toList();
        List<String> tables = tables(tokens, Set.of());
        List<String> words = new ArrayList<>(List.of(end()));
        LiveTokens.words(tokens, shelf, tables, words);
        return send(Script.BEAT, era, tables, words);
    }

    /**
     * Comes back with all that the server may not know.
     *
     * <p>A commit is known by its mark until the server has confirmed its position; so where it is the same server as before,
     * which has lost nothing, marks are all that there is to tell.
     */
    private Reply takeIn(Era era) throws UnreachableException, InterruptedException {
        List<SharedToken> tokens = live.all().stream()
                .filter(token -> token.era().epoch().equals(era.epoch()))
                .toList();
        Set<String> written = told ? Set.of() : live.touched(shelf);
        List<String> tables = tables(tokens, written);
        List<String> positions = Positions.words(live.written());
        List<String> words = new ArrayList<>(
                List.of(end(), unique(), String.valueOf(written.size()), String.valueOf(positions.size())));
        words.addAll(positions);
        LiveTokens.words(tokens, shelf, tables, words);
        // One that is recorded meanwhile is put again after that, however young it is.
        tokens.forEach(token -> foreign.expect(token, LiveTokens.tablesOn(token, shelf)));
        Reply reply = send(Script.ADOPT, era, tables, words);
        told |= reply.isOk();
        return reply;
    }

    /** Sends what makes others count on us, having noted for how long they may. */
    private Reply send(Script script, Era era, List<String> tables, List<String> words)
            throws UnreachableException, InterruptedException {
        long openings = writer.openings();
        sentAt = System.nanoTime();
        shelf.sending(sentAt + waits.silence().toNanos());
        Reply reply = run(script, era, tables, words);
        if (reply.isOk()) {
            openingsAtBeat = openings;
        }
        return reply;
    }

    /** Those written at the front, where the script expects them. */
    private List<String> tables(List<SharedToken> tokens, Set<String> written) {
        Set<String> tables = new LinkedHashSet<>(written);
        tokens.forEach(token -> tables.addAll(LiveTokens.tablesOn(token, shelf)));
        return List.copyOf(tables);
    }

    private String end() {
        return String.valueOf(shelf.serverTime() + settings.lease().toMillis());
    }

    /** Returns whether the script did what it was to do; else takes note of why not. */
    private boolean hear(Reply reply, Era era) throws UnreachableException {
        switch (reply.status()) {
            case OK, SAME -> {
                return true;
            }
            case RECOVER -> {
                if (reply.incarnation().equals(shelf.incarnation())) {
                    throw new UnreachableException("it is not a primary any more", null);
                }
                moveTo(reply);
            }
            case EPOCH -> {
                String known = reply.text(0);
                if (known.isEmpty()) {
                    moveTo(reply);
                } else if (known.compareTo(era.text()) > 0) {
                    writer.overtaken(Epochs.of(known), Positions.of(reply.texts(1)));
                } else {
                    shelf.moveTo(reply);
                    told = false;
                }
            }
            case UNBORN -> shelf.stand(Standing.RECOVERING);
            case STRANGER -> moveTo(reply);
            case LAPSED -> shelf.stand(Standing.OUTSIDE);
            case MISSING -> othersMissing = true;
        }
        return false;
    }

    private void stand(Reply reply, Era era) throws UnreachableException, InterruptedException {
        if (reply.text(0).equals("ready")) {
            unbornSince = null;
            shelf.stand(Standing.READY);
            Map<String, String> silent = reply.pairs(1);
            silent.remove(instance);
            othersMissing = !silent.isEmpty();
            mirror(reply);
            if (othersMissing) {
                signOff(silent, era);
            }
            order(era);
            return;
        }
        shelf.stand(Standing.RECOVERING);
        long now = System.nanoTime();
        Long since = unbornSince;
        if (since == null) {
            since = now;
            unbornSince = now;
        }
        if (now - since > waits.recovery().toNanos()) {
            makeReady(era);
        }
    }

    /** Nothing is believed unasked while an instance may write unseen. */
    private void mirror(Reply beat) {
        String pushed = beat.text(2);
        if (othersMissing || pushed.isEmpty()) {
            shelf.mirror().empty();
        } else {
            shelf.mirror().beat(beat.incarnation(), Long.parseLong(pushed), sentAt);
        }
    }

    /** After a lease every live instance has put its marks again, and the server tells of those that have not. */
    private void makeReady(Era era) throws UnreachableException, InterruptedException {
        Set<String> instances = announced();
        Position floor = instances == null ? null : position();
        if (instances == null || floor == null) {
            return;
        }
        instances.remove(instance);
        List<String> words = new ArrayList<>(List.of(unique(), String.valueOf(instances.size())));
        words.addAll(instances);
        words.addAll(Positions.words(floor));
        if (hear(run(Script.READY, era, List.of(), words), era)) {
            unbornSince = null;
            shelf.stand(Standing.READY);
            log.debug("The shared records are ready");
        }
    }

    /** What is concluded here holds for those that have not been heard of since, by their ends. */
    private void signOff(Map<String, String> silent, Era era) throws UnreachableException, InterruptedException {
        Set<String> instances = announced();
        if (instances == null) {
            return;
        }
        for (Map.Entry<String, String> one : silent.entrySet()) {
            String id = one.getKey();
            Position floor = instances.contains(id) ? null : position();
            if (floor != null) {
                List<String> words = new ArrayList<>(List.of(id, unique(), one.getValue()));
                words.addAll(Positions.words(floor));
                if (hear(run(Script.SIGNOFF, era, List.of(), words), era)) {
                    log.info("Instance {} has ended without a word", id);
                }
            }
        }
    }

    /** Makes records that are missing, and ends commits whose instance has not. */
    private void order(Era era) throws UnreachableException, InterruptedException {
        List<String> unmarked = missing.unmarked();
        if (!unmarked.isEmpty()) {
            Reply reply = run(Script.MARK, era, unmarked, List.of(unique()));
            if (hear(reply, era)) {
                missing.marked(unmarked, reply.texts(0));
            }
        }
        List<MissingRecords.Marked> ripe = othersMissing ? List.of() : missing.ripe();
        if (!ripe.isEmpty()) {
            create(ripe, era);
        }
        for (ForeignTokens.Seen token : foreign.suspicious()) {
            end(token, era);
        }
    }

    private void create(List<MissingRecords.Marked> ripe, Era era) throws UnreachableException, InterruptedException {
        Position position = position();
        if (position == null) {
            return;
        }
        List<String> words = new ArrayList<>(List.of(unique()));
        ripe.forEach(record -> words.add(record.mark()));
        words.addAll(Positions.words(position));
        List<String> tables = ripe.stream().map(MissingRecords.Marked::table).toList();
        if (hear(run(Script.CREATE, era, tables, words), era)) {
            missing.made(tables);
        }
    }

    private void end(ForeignTokens.Seen token, Era era) throws UnreachableException, InterruptedException {
        if (!token.isOf(instance)) {
            endOfAnother(token, era);
        } else if (!live.has(token.name())) {
            drop(token, era);
        }
    }

    /** Takes back a mark of our own that came late: the commit never left, or its position is known. */
    private void drop(ForeignTokens.Seen token, Era era) throws UnreachableException, InterruptedException {
        if (hear(run(Script.DROP, era, List.copyOf(token.tables()), List.of(token.name())), era)) {
            foreign.ended(token);
        }
    }

    /** Ends a commit that nobody else does, once the server has ended its session: it cannot land any more. */
    private void endOfAnother(ForeignTokens.Seen token, Era era) throws UnreachableException, InterruptedException {
        Position position = isOver(token.session()) ? position() : null;
        if (position == null) {
            return;
        }
        List<String> words = new ArrayList<>(List.of(token.name(), unique()));
        words.addAll(Positions.words(position));
        if (hear(run(Script.COMPLETE, era, List.copyOf(token.tables()), words), era)) {
            foreign.ended(token);
            log.info("A commit of session {} was left under way and has ended", token.session());
        }
    }

    // ---- asking

    private Reply run(Script script, Era era, List<String> tables, List<String> words)
            throws UnreachableException, InterruptedException {
        return await(shelf.run(script, era, tables, words), settings.beatInterval());
    }

    private static Reply await(CompletionStage<Reply> reply, Duration patience)
            throws UnreachableException, InterruptedException {
        try {
            return reply.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new UnreachableException(String.valueOf(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new UnreachableException("no answer within " + patience.toMillis() + " ms", e);
        }
    }

    private @Nullable Set<String> announced() throws InterruptedException {
        return ofWriter(writer.ask((probe, connection) -> probe.announced(connection)));
    }

    private boolean isOver(String session) throws InterruptedException {
        return Boolean.TRUE.equals(ofWriter(writer.ask((probe, connection) -> probe.isOver(connection, session))));
    }

    /** Returns a position of the writer from now on, or null; an epoch that has changed meanwhile makes scripts refuse. */
    private @Nullable Position position() throws InterruptedException {
        return ofWriter(writer.positionFromNow());
    }

    private static <T> @Nullable T ofWriter(CompletionStage<T> answer) throws InterruptedException {
        try {
            return answer.toCompletableFuture().get(WRITER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | java.util.concurrent.CancellationException e) {
            log.debug("The writer did not answer", e);
            return null;
        }
    }

    /** Returns a text that was never used before and never will. */
    static String unique() {
        return UUID.randomUUID().toString();
    }
}

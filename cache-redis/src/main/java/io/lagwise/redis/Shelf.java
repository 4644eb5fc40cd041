package io.lagwise.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;
import org.redisson.api.RScript.Mode;
import org.redisson.api.RScript.ReturnType;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.StringCodec;

/**
 * The records that live together on one server, with all that every script compares before it touches one.
 *
 * <p>Thread-safe; no method blocks. What this instance knows of itself on the shelf changes on the tending thread only.
 */
final class Shelf {
    /** How this instance stands with the server. */
    enum Standing {
        /** Not taken in, so that no mark of it would be believed. */
        OUTSIDE,
        /** Taken in, while it is not sure yet what a failover has lost. */
        RECOVERING,
        /** Records may be used. */
        READY
    }

    /** The server's time, in milliseconds, some time before our own {@code at}. */
    private record Clock(long server, long at) {}

    private final RedissonClient client;
    private final String instance;
    private final Scripts texts;
    private final Mirror mirror;
    private volatile String prefix = "";

    private volatile String incarnation = "";
    private volatile Standing standing = Standing.OUTSIDE;
    private volatile @Nullable Era acknowledged;
    private volatile Clock clock = new Clock(0, System.nanoTime());

    /** When the last beat that was sent has surely run out; until then others may take this instance for alive. */
    private volatile long sentUntil = System.nanoTime();

    private volatile boolean everTaken;

    Shelf(RedissonClient client, String instance, Scripts texts, Mirror mirror) {
        this.client = client;
        this.instance = instance;
        this.texts = texts;
        this.mirror = mirror;
    }

    /** Sets what the names of all its keys begin with; nothing is asked before. */
    void name(String keys) {
        prefix = keys;
    }

    /** Returns a name for a record that no other shelf has. */
    String nameOf(String table) {
        return prefix + table;
    }

    /** Returns what is known of the records without asking. */
    Mirror mirror() {
        return mirror;
    }

    /** Returns the name of the shelf's key, which is that of the channel of its pushes too. */
    String name() {
        return prefix + "#shelf";
    }

    // ---- scripts

    /**
     * A question to the shelf.
     *
     * @param known what need not be told again; null if nothing is known
     * @param reply tells what the {@linkplain Reading#of records say}, or why they must not be believed
     */
    record Question(@Nullable Reading known, CompletionStage<Reply> reply) {}

    /** Asks what the records say, or what has changed on the same server since they said this. */
    Question ask(Era era, List<String> tables, @Nullable Reading before) {
        String server = incarnation;
        Reading known = before != null && before.isOf(server, era) ? before : null;
        return new Question(known, run(Script.CHECK, server, era, tables, known == null ? List.of() : known.numbers()));
    }

    /** Runs a script on records of the shelf, in the era given. */
    CompletionStage<Reply> run(Script script, Era era, List<String> tables, List<String> words) {
        return run(script, incarnation, era, tables, words);
    }

    private CompletionStage<Reply> run(Script script, String server, Era era, List<String> tables, List<String> words) {
        List<Object> keys = new ArrayList<>(1 + tables.size());
        keys.add(name());
        tables.forEach(table -> keys.add(nameOf(table)));
        Object[] arguments = new Object[3 + words.size()];
        arguments[0] = server;
        arguments[1] = era.text();
        arguments[2] = instance;
        for (int i = 0; i < words.size(); i++) {
            arguments[3 + i] = words.get(i);
        }
        return evaluate(script, keys, arguments).thenApply(Reply::of).thenApply(this::noteTime);
    }

    private CompletionStage<List<Object>> evaluate(Script script, List<Object> keys, Object[] arguments) {
        Scripts.Text text = texts.of(script);
        CompletableFuture<List<Object>> result = new CompletableFuture<>();
        try {
            RScript scripts = client.getScript(StringCodec.INSTANCE);
            scripts.<List<Object>>evalShaAsync(Mode.READ_WRITE, text.digest(), ReturnType.LIST, keys, arguments)
                    .whenComplete((answer, failure) -> {
                        if (failure != null && isUnknownScript(failure)) {
                            scripts.<List<Object>>evalAsync(
                                            Mode.READ_WRITE, text.source(), ReturnType.LIST, keys, arguments)
                                    .whenComplete((again, cause) -> finish(result, again, cause));
                        } else {
                            finish(result, answer, failure);
                        }
                    });
        } catch (RuntimeException e) {
            // The application may have shut its client down.
            result.completeExceptionally(e);
        }
        return result;
    }

    private static void finish(
            CompletableFuture<List<Object>> result, @Nullable List<Object> answer, @Nullable Throwable failure) {
        if (failure == null && answer != null) {
            result.complete(answer);
        } else {
            result.completeExceptionally(failure == null ? new IllegalStateException("no answer") : failure);
        }
    }

    private static boolean isUnknownScript(Throwable failure) {
        return failure instanceof RedisNoScriptException || failure.getCause() instanceof RedisNoScriptException;
    }

    /** Servers have clocks of their own: what a former one answers late tells nothing of the present one's. */
    synchronized Reply noteTime(Reply reply) {
        if (reply.incarnation().equals(incarnation)) {
            clock = new Clock(reply.now(), System.nanoTime());
        }
        return reply;
    }

    /** Returns the server's time now, or some moment before. */
    long serverTime() {
        Clock known = clock;
        return known.server() + (System.nanoTime() - known.at()) / 1_000_000;
    }

    // ---- how we stand; the tending thread changes it

    String incarnation() {
        return incarnation;
    }

    /** Turns to the server that has answered this. */
    synchronized void moveTo(Reply reply) {
        incarnation = reply.incarnation();
        clock = new Clock(reply.now(), System.nanoTime());
        standing = Standing.OUTSIDE;
        acknowledged = null;
        mirror.empty();
    }

    Standing standing() {
        return standing;
    }

    void stand(Standing now) {
        standing = now;
        if (now != Standing.READY) {
            mirror.empty();
        }
        if (now != Standing.OUTSIDE) {
            everTaken = true;
        }
    }

    /** Returns whether the server was ever told of this instance. */
    boolean everTaken() {
        return everTaken;
    }

    /** Notes that the server has entered this era. */
    void acknowledge(Era era) {
        mirror.empty();
        acknowledged = era;
    }

    boolean isIn(Era era) {
        return era == acknowledged;
    }

    /** Returns whether records may be used, in this era. */
    boolean isUsable(Era era) {
        return standing == Standing.READY && isIn(era);
    }

    void sending(long surelyOver) {
        sentUntil = surelyOver;
    }

    long sentUntil() {
        return sentUntil;
    }
}

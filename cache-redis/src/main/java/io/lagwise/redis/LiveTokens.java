package io.lagwise.redis;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this instance has to tell a server that may have lost it: its commits under way, and what it wrote before.
 *
 * <p>Invariant: a commit is here before its mark leaves for Redis, and until Redis has confirmed its position. So whoever
 * takes the instance in again puts every mark that may be missing there.
 */
final class LiveTokens {
    private final Map<String, SharedToken> live = new ConcurrentHashMap<>();
    private final Map<Shelf, Set<String>> touched = new ConcurrentHashMap<>();
    private volatile Position written = Position.NONE;
    private volatile long gate = System.nanoTime();

    void add(SharedToken token) {
        live.put(token.name(), token);
    }

    void remove(SharedToken token) {
        live.remove(token.name());
    }

    boolean has(String name) {
        return live.containsKey(name);
    }

    Collection<SharedToken> all() {
        return live.values();
    }

    int size() {
        return live.size();
    }

    /** Notes what a commit wrote, before Redis hears of it. */
    synchronized void wrote(SharedToken token, Position covering) {
        token.tables().forEach((shelf, tables) -> touched.computeIfAbsent(shelf, any -> ConcurrentHashMap.newKeySet())
                .addAll(tables));
        written = written.merge(covering);
    }

    /** Forgets what belongs to an earlier epoch. */
    synchronized void enter(Epoch epoch) {
        live.values().removeIf(token -> epoch.isAfter(token.epoch()));
        touched.clear();
        written = Position.NONE;
    }

    Set<String> touched(Shelf shelf) {
        Set<String> tables = touched.get(shelf);
        return tables == null ? Set.of() : new HashSet<>(tables);
    }

    /** Returns a position that holds all that this instance wrote in the epoch. */
    Position written() {
        return written;
    }

    // ---- the gate

    /** Lets no commit leave before this time, by {@link System#nanoTime()}. */
    synchronized void close(long until) {
        if (until - gate > 0) {
            gate = until;
        }
    }

    long gate() {
        return gate;
    }

    /** Returns the tokens with a record on the shelf, as words: number of the record, token, session. */
    static void words(List<SharedToken> tokens, Shelf shelf, List<String> tables, List<String> into) {
        for (SharedToken token : tokens) {
            for (String table : tablesOn(token, shelf)) {
                into.add(String.valueOf(tables.indexOf(table) + 1));
                into.add(token.name());
                into.add(token.session());
            }
        }
    }

    static List<String> tablesOn(SharedToken token, Shelf shelf) {
        @Nullable List<String> tables = token.tables().get(shelf);
        return tables == null ? List.of() : tables;
    }
}

package io.lagwise.redis;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Commits that readers found under way on one shelf, and since when.
 *
 * <p>Thread-safe. Of this instance's own, those count which it knows nothing of any more.
 */
final class ForeignTokens {
    private static final char SEPARATOR = '/';

    /** A commit under way, with the records it was found in. */
    record Seen(String name, String session, Set<String> tables, long since, long latest) {
        boolean isOf(String instance) {
            return name.startsWith(instance + SEPARATOR);
        }
    }

    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final long lease;
    private final String instance;

    ForeignTokens(RedisSettings settings, String instance) {
        this.instance = instance;
        this.lease = settings.lease().toNanos();
    }

    static String name(String instance, long number) {
        return instance + SEPARATOR + number;
    }

    void found(RecordState.Token token, String table) {
        long now = System.nanoTime();
        seen.compute(token.name(), (name, before) -> {
            Set<String> tables = before == null ? ConcurrentHashMap.newKeySet() : before.tables();
            tables.add(table);
            return new Seen(name, token.session(), tables, before == null ? now : before.since(), now);
        });
    }

    /** Notes a commit of our own that is over, but whose mark may yet arrive. */
    void expect(SharedToken token, List<String> tables) {
        tables.forEach(table -> found(new RecordState.Token(token.name(), token.session()), table));
    }

    /**
     * Returns those that seem to be left: others' that were found again a lease later, and our own after a lease.
     *
     * <p>Most are found once, if at all, in the moment in which they are under way. Of our own we know which those are.
     */
    List<Seen> suspicious() {
        long now = System.nanoTime();
        seen.values().removeIf(token -> now - token.latest() > 10 * lease);
        return seen.values().stream()
                .filter(token -> (token.isOf(instance) ? now : token.latest()) - token.since() > lease)
                .toList();
    }

    void ended(Seen token) {
        seen.remove(token.name());
    }
}

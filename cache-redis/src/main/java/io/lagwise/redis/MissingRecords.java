package io.lagwise.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records of one shelf that were found missing, and since when a mark stands in their place.
 *
 * <p>Thread-safe: whoever reads finds them, one thread makes them.
 */
final class MissingRecords {
    /** A record in whose place a mark was seen at some time. */
    record Marked(String table, String mark, long since) {}

    private final Map<String, Optional<Marked>> missing = new ConcurrentHashMap<>();
    private final long wait;

    MissingRecords(Waits waits) {
        this.wait = waits.creation().toNanos();
    }

    /** Notes a missing record; returns whether it was not known. */
    boolean found(String table) {
        return missing.putIfAbsent(table, Optional.empty()) == null;
    }

    List<String> unmarked() {
        List<String> tables = new ArrayList<>();
        missing.forEach((table, marked) -> {
            if (marked.isEmpty()) {
                tables.add(table);
            }
        });
        return tables;
    }

    /** Notes the mark that stands in each place now; an empty one says that the record is there. */
    void marked(List<String> tables, List<String> marks) {
        long now = System.nanoTime();
        for (int i = 0; i < tables.size(); i++) {
            String table = tables.get(i);
            if (marks.get(i).isEmpty()) {
                missing.remove(table);
            } else {
                missing.put(table, Optional.of(new Marked(table, marks.get(i), now)));
            }
        }
    }

    /** Returns those whose mark has stood for a lease, as far as is known. */
    List<Marked> ripe() {
        long now = System.nanoTime();
        return missing.values().stream()
                .flatMap(Optional::stream)
                .filter(marked -> now - marked.since() > wait)
                .toList();
    }

    /** Forgets those that were made; where another mark stood meanwhile, they will be found missing again. */
    void made(Collection<String> tables) {
        missing.keySet().removeAll(tables);
    }
}

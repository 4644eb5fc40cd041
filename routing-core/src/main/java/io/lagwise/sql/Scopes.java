package io.lagwise.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which names of common table expressions are in scope; scopes end in the reverse order in which they begin. */
final class Scopes {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Entry> innermost = new HashMap<>();

    /**
     * A name in scope.
     *
     * @param name the name
     * @param firstRead the first of the table names read in its body, in the order of reading
     * @param lastRead the one behind the last
     * @param outer what the same name meant outside
     */
    record Entry(String name, int firstRead, int lastRead, @Nullable Entry outer) {}

    void add(String name, int firstRead, int lastRead) {
        Entry entry = new Entry(name, firstRead, lastRead, innermost.get(name));
        entries.add(entry);
        innermost.put(name, entry);
    }

    @Nullable
    Entry find(String name) {
        return innermost.isEmpty() ? null : innermost.get(name);
    }

    int mark() {
        return entries.size();
    }

    void endSince(int mark) {
        while (entries.size() > mark) {
            Entry ended = entries.remove(entries.size() - 1);
            if (ended.outer() == null) {
                innermost.remove(ended.name());
            } else {
                innermost.put(ended.name(), ended.outer());
            }
        }
    }
}

package io.lagwise.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which names of common table expressions are in scope; scopes end in the reverse order in which they begin. */
final class Scopes {
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();

    void add(String name) {
        names.add(name);
        counts.merge(name, 1, Integer::sum);
    }

    boolean has(String name) {
        return !counts.isEmpty() && counts.containsKey(name);
    }

    int mark() {
        return names.size();
    }

    void endSince(int mark) {
        while (names.size() > mark) {
            counts.computeIfPresent(names.remove(names.size() - 1), (name, count) -> count == 1 ? null : count - 1);
        }
    }
}

package io.lagwise.redis;

import io.lagwise.spi.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Positions as words: each origin with its counter in 20 digits, which compare as text. */
final class Positions {
    private Positions() {}

    static List<String> words(Position position) {
        List<String> words = new ArrayList<>();
        position.counters().forEach((origin, counter) -> {
            words.add(origin);
            words.add("%020d".formatted(counter));
        });
        return words;
    }

    static Position of(List<String> words) {
        Map<String, Long> counters = new HashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            counters.put(words.get(i), Long.parseLong(words.get(i + 1)));
        }
        return Position.of(counters);
    }
}

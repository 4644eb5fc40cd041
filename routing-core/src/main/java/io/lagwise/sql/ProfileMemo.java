package io.lagwise.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers profiles by text.
 *
 * <p>The weight is bounded, and Caffeine admits a text only in place of one that is asked for less often; so texts that
 * hold literals and are seen once pass through without driving out those that return. Those are found first in a small
 * table without any order, which a race can at worst make forget.
 */
final class ProfileMemo {
    /** About 16 MB. */
    private static final long MOST_CHARACTERS = 8_000_000;
    /** Longer texts are analyzed each time: few applications send the same one twice. */
    private static final int LONGEST = 100_000;
    /** What a profile weighs besides its text, in characters. */
    private static final int PROFILE_WEIGHT = 500;

    private static final int RECENT = 1024;

    private final Cache<String, StatementProfile> profiles = Caffeine.newBuilder()
            .maximumWeight(MOST_CHARACTERS)
            .weigher((String sql, StatementProfile profile) -> PROFILE_WEIGHT + sql.length() * 4)
            .executor(Runnable::run)
            .build();

    private final @Nullable Entry[] recent = new @Nullable Entry[RECENT];
    private final Function<String, StatementProfile> analysis;

    ProfileMemo(Function<String, StatementProfile> analysis) {
        this.analysis = analysis;
    }

    private record Entry(String sql, StatementProfile profile) {}

    StatementProfile get(String sql) {
        int hash = sql.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (RECENT - 1);
        Entry entry = recent[slot];
        if (entry != null && entry.sql().equals(sql)) {
            return entry.profile();
        }
        StatementProfile known = profiles.getIfPresent(sql);
        if (known != null) {
            recent[slot] = new Entry(sql, known);
            return known;
        }
        return analyze(sql);
    }

    private StatementProfile analyze(String sql) {
        StatementProfile profile = analysis.apply(sql);
        if (sql.length() <= LONGEST) {
            profiles.put(sql, profile);
        }
        return profile;
    }
}

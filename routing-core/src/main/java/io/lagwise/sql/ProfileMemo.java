package io.lagwise.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.Function;

/**
 * Remembers profiles by text.
 *
 * <p>Its weight is bounded, and Caffeine admits a text only in place of one that is asked for less often; so texts that
 * hold literals and are seen once pass through without driving out those that return.
 */
final class ProfileMemo {
    private static final long MAXIMUM_WEIGHT = 8_000_000;
    /** Longer texts are analyzed each time: few applications send the same one twice. */
    private static final int LONGEST = 100_000;

    private final Cache<String, StatementProfile> profiles = Caffeine.newBuilder()
            .maximumWeight(MAXIMUM_WEIGHT)
            .weigher((String sql, StatementProfile profile) -> 300 + sql.length() * 3)
            .build();

    private final Function<String, StatementProfile> analysis;

    ProfileMemo(Function<String, StatementProfile> analysis) {
        this.analysis = analysis;
    }

    StatementProfile get(String sql) {
        StatementProfile profile = profiles.getIfPresent(sql);
        if (profile != null) {
            return profile;
        }
        profile = analysis.apply(sql);
        if (sql.length() <= LONGEST) {
            profiles.put(sql, profile);
        }
        return profile;
    }
}

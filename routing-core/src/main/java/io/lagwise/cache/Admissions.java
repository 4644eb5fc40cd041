package io.lagwise.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/** The admissions of the statements that are asked for most. */
final class Admissions {
    private static final int MOST_STATEMENTS = 5_000;

    private final Cache<String, Admission> bySql =
            Caffeine.newBuilder().maximumSize(MOST_STATEMENTS).build();
    private final Duration ttl;

    Admissions(Duration ttl) {
        this.ttl = ttl;
    }

    Admission of(String sql) {
        return bySql.get(sql, text -> new Admission(ttl));
    }
}

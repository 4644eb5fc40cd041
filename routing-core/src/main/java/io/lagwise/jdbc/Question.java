package io.lagwise.jdbc;

import io.lagwise.cache.Trial;
import io.lagwise.policy.StatementPlan;
import io.lagwise.spi.ResultKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An execution that the cache may answer, or of which it hears.
 *
 * @param key what another execution must have in common with it
 * @param plan what it reads
 * @param ttl how long its result may be kept; null for what is configured
 * @param trial measures whether keeping its result pays; null where a hint has decided that
 */
record Question(ResultKey key, StatementPlan plan, @Nullable Duration ttl, @Nullable Trial trial) {
    /** Returns whether the cache may answer. */
    boolean isAnswerable() {
        return trial == null || trial.isAdmitted();
    }

    /** Returns the time in nanoseconds where it is measured, else 0. */
    long now() {
        return trial == null ? 0 : System.nanoTime();
    }

    /** Says that the cache has answered. */
    void answered() {
        if (trial != null) {
            trial.hit();
        }
    }

    /** Says that a database has, in this time. */
    void executed(long nanos) {
        if (trial == null) {
            return;
        }
        if (trial.isAdmitted()) {
            trial.missed(nanos);
        } else {
            trial.executed(key, plan.reads(), nanos);
        }
    }
}

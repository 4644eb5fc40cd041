package io.lagwise.jdbc;

import io.lagwise.policy.StatementPlan;
import io.lagwise.spi.ResultKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An execution that the cache may answer.
 *
 * @param key what another execution must have in common with it
 * @param plan what it reads
 * @param ttl how long its result may be kept; null for what is configured
 */
record Question(ResultKey key, StatementPlan plan, @Nullable Duration ttl) {}

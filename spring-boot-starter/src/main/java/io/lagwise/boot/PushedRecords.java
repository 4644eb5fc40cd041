package io.lagwise.boot;

import io.lagwise.boot.LagwiseProperties.Consistency;
import io.lagwise.boot.LagwiseProperties.Near;
import io.lagwise.routing.RoutingConfigurationException;

/** Refuses what contradicts records that Redis pushes: they tell of other processes' commits a little late. */
final class PushedRecords {
    private PushedRecords() {}

    static void check(LagwiseProperties properties) {
        boolean shared = properties.coordination().isShared(properties.redis());
        if (properties.cache().near() == Near.RELAXED && !shared) {
            throw new RoutingConfigurationException(
                    "lagwise.cache.near",
                    "relaxed",
                    "is about records in Redis, which are not shared here",
                    "Name a Redis by lagwise.redis.address, or leave the property out.");
        }
        if (properties.arePushed() && properties.consistency() == Consistency.STRONG) {
            throw new RoutingConfigurationException(
                    "lagwise.consistency",
                    "strong",
                    "is more than pushed records can keep",
                    "Set it to bounded; or set lagwise.coordination to redis and lagwise.cache.near to strict.");
        }
    }
}

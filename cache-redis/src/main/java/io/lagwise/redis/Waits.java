package io.lagwise.redis;

import java.time.Duration;

/**
 * How long this instance waits, by its own clock, until others have surely done what they do within a lease (protocol A8).
 *
 * @param silence from sending a beat until nobody takes this instance for alive because of it
 * @param recovery from entering a server until every live instance has put its marks there
 * @param creation from marking a missing record until every live instance has put its marks into it
 */
record Waits(Duration silence, Duration recovery, Duration creation) {
    static Waits of(RedisSettings settings) {
        Duration lease = settings.surelyOver();
        return new Waits(lease, lease, lease);
    }
}

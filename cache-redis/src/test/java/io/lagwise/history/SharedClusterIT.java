package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.RedisCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Two instances that share records in a Redis cluster, of which shards die and fail over; no read may miss a commit. */
class SharedClusterIT {
    private static final int SHARDS = 3;
    private static final int LEAST_OPERATIONS = 20_000;
    private static final Duration TIME = Duration.ofSeconds(20);

    private final Random random = new Random();

    @Test
    void noReadMissesWhatWasAcknowledgedByEitherInstance() throws Exception {
        try (PostgresCluster cluster = HistoryCheck.cluster();
                RedisCluster redis = RedisCluster.start(SHARDS);
                Instance first = Instance.first(cluster, redis);
                Instance second = Instance.another(first, redis)) {
            for (Instance instance : List.of(first, second)) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> instance.ledger().state().equals("available"));
            }
            Map<String, Nemesis.Fault> faults = Map.of(
                    "a shard fails over and loses the latest", () -> failover(redis),
                    "a shard's primary dies", () -> die(redis),
                    "a shard freezes", () -> freeze(redis));
            HistoryCheck.only(List.of(first.routed(), second.routed()), faults).run(TIME, LEAST_OPERATIONS);
            assertThat(first.sharedHits() + second.sharedHits())
                    .as("reads answered from what the other instance kept")
                    .isPositive();
        }
    }

    private void failover(RedisCluster redis) {
        redis.failover(random.nextInt(SHARDS));
        redis.awaitWhole();
        pause(1000, 4000);
    }

    private void die(RedisCluster redis) {
        int shard = random.nextInt(SHARDS);
        redis.primary(shard).kill();
        pause(1, 2000);
        redis.failover(shard);
        pause(500, 3000);
        redis.replica(shard).start();
        redis.awaitWhole();
        pause(1000, 4000);
    }

    private void freeze(RedisCluster redis) {
        int shard = random.nextInt(SHARDS);
        redis.primary(shard).freeze();
        pause(20, 900);
        redis.primary(shard).thaw();
        redis.awaitWhole();
        pause(500, 3000);
    }

    private void pause(int leastMillis, int mostMillis) {
        long end = System.nanoTime()
                + Duration.ofMillis(random.nextInt(leastMillis, mostMillis)).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}

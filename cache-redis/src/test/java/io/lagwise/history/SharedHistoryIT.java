package io.lagwise.history;

import io.lagwise.redis.RedisLedger;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Two instances that share their records, and Redis suffers with the database; no read may miss a commit of either.
 *
 * <p>{@code -Dlagwise.history.seconds=3600} makes it long.
 */
class SharedHistoryIT {
    private static final int LEAST_OPERATIONS = 200_000;
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("lagwise.history.seconds", 60));

    private final Random random = new Random();

    @Test
    void noReadMissesWhatWasAcknowledgedByEitherInstance() throws Exception {
        try (PostgresCluster cluster = HistoryCheck.cluster();
                RedisServer redis = RedisServer.builder().start();
                Instance first = Instance.first(cluster, redis, RedisLedger::over);
                Instance second = Instance.another(first, redis, RedisLedger::over)) {
            List<Instance> instances = List.of(first, second);
            new HistoryCheck(List.of(first.routed(), second.routed()), faults(redis, instances))
                    .run(TIME, LEAST_OPERATIONS);
            instances.forEach(instance -> System.out.println(instance.ledger().state()));
        }
    }

    private Map<String, Nemesis.Fault> faults(RedisServer redis, List<Instance> instances) {
        Map<String, Nemesis.Fault> faults = new TreeMap<>();
        faults.put("Redis killed and started empty", () -> {
            redis.kill();
            pause(500, 4000);
            redis.start();
            pause(2000, 6000);
        });
        faults.put("Redis frozen", () -> {
            redis.freeze();
            pause(20, 4000);
            redis.thaw();
            pause(500, 3000);
        });
        faults.put("Redis flushed", () -> {
            redis.command("FLUSHALL");
            pause(500, 6000);
        });
        faults.put("records of Redis lost", () -> {
            for (int i = 0; i < 10; i++) {
                Object key = redis.command("RANDOMKEY");
                if (key != null && !key.toString().endsWith("#shelf")) {
                    redis.command("DEL", key.toString());
                }
                pause(20, 400);
            }
            pause(500, 5000);
        });
        faults.put("an instance cut off from Redis", () -> {
            Instance one = instances.get(random.nextInt(instances.size()));
            one.link().cut();
            pause(500, 5000);
            one.link().restore();
            pause(500, 5000);
        });
        faults.put("an instance's messages to Redis late", () -> {
            Instance one = instances.get(random.nextInt(instances.size()));
            one.link().stall();
            pause(100, 4000);
            one.link().restore();
            pause(500, 3000);
        });
        return faults;
    }

    private void pause(int leastMillis, int mostMillis) {
        long end = System.nanoTime()
                + Duration.ofMillis(random.nextInt(leastMillis, mostMillis)).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}

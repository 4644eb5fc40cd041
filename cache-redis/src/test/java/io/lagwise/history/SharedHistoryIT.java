package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.redis.Mirroring.Use;
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
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Two instances that share their records, and Redis suffers with the database; no read may miss a commit of either.
 *
 * <p>{@code -Dlagwise.history.seconds=3600} makes it long.
 */
@Isolated
class SharedHistoryIT {
    private static final int LEAST_OPERATIONS = 200_000;
    private static final Duration BOUND = Duration.ofSeconds(1);
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("lagwise.history.seconds", 60));

    private final Random random = new Random();
    private RedisServer redis;
    private RedisServer copy;

    @Test
    void noReadMissesWhatWasAcknowledgedByEitherInstance() throws Exception {
        check(RedisLedger::over, new History(), TIME, LEAST_OPERATIONS);
    }

    /** Reads of an instance miss nothing of its own, and nothing of the other that is older than the bound. */
    @Test
    void byPushedRecordsNoReadMissesWhatIsOlderThanTheBound() throws Exception {
        check(Instance.mirroring(Use.READS, BOUND), new History(BOUND), TIME.dividedBy(3), LEAST_OPERATIONS / 5);
    }

    private void check(Instance.Rules rules, History history, Duration time, int leastOperations) throws Exception {
        try (PostgresCluster cluster = HistoryCheck.cluster();
                RedisServer one = RedisServer.builder().start();
                RedisServer other = RedisServer.builder().start();
                Instance first = Instance.first(cluster, one, rules);
                Instance second = Instance.another(first, one, rules)) {
            redis = one;
            copy = other;
            other.follow(one);
            List<Instance> instances = List.of(first, second);
            new HistoryCheck(List.of(first.routed(), second.routed()), faults(instances), history)
                    .run(time, leastOperations);
            instances.forEach(instance -> System.out.println(instance.ledger().state()));
            assertThat(first.sharedHits() + second.sharedHits())
                    .as("reads answered from what the other instance kept")
                    .isPositive();
        }
    }

    private Map<String, Nemesis.Fault> faults(List<Instance> instances) {
        Map<String, Nemesis.Fault> faults = new TreeMap<>();
        faults.put("Redis killed and started empty", () -> {
            redis.kill();
            pause(500, 4000);
            redis.start();
            copy.follow(redis);
            pause(2000, 6000);
        });
        faults.put("Redis fails over and loses the latest", () -> failover(instances, 0, 1));
        faults.put("Redis fails over, and one instance later than the other", () -> failover(instances, 200, 3000));
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
        faults.put("pushes of Redis lost", () -> {
            for (int i = 0; i < 5; i++) {
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
                pause(100, 1000);
            }
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

    /** What the former server is told from the promotion on is lost, and it is told until its clients have moved. */
    private void failover(List<Instance> instances, int leastMillis, int mostMillis) {
        copy.promote();
        pause(1, 200);
        for (Instance instance : instances) {
            instance.link().redirect(copy);
            pause(leastMillis, mostMillis);
        }
        RedisServer former = redis;
        redis = copy;
        copy = former;
        copy.follow(redis);
        pause(1000, 6000);
    }

    private void pause(int leastMillis, int mostMillis) {
        long end = System.nanoTime()
                + Duration.ofMillis(random.nextInt(leastMillis, mostMillis)).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}

package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.redis.BrokenSharing;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Two instances that share their records, each a process of its own: one is killed or stands still while the other reads.
 *
 * <p>{@code -Dlagwise.history.seconds=3600} makes it long.
 */
@PostgresReplication(readers = 2, settings = "synchronous_commit=off")
@Isolated
class SeparateProcessesIT {
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("lagwise.history.seconds", 20));
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ENOUGH_TO_BEGIN = 3000;

    private final PostgresCluster cluster;
    private final Random random = new Random();
    private final JointHistory history = new JointHistory();
    private final List<InstanceProcess> instances = new ArrayList<>();
    private RedisServer redis = RedisServer.builder().start();
    private RedisServer copy = RedisServer.builder().start();

    SeparateProcessesIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    /** Something that befalls an instance or a server. */
    private interface Fault {
        void strike() throws IOException, InterruptedException;
    }

    @BeforeEach
    void makeTables() throws SQLException {
        copy.follow(redis);
        try (RoutedCluster earlier = new RoutedCluster(cluster, builder -> builder)) {
            earlier.createTables();
        }
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        for (InstanceProcess instance : instances) {
            instance.close();
        }
        redis.close();
        copy.close();
    }

    @Test
    void noReadMissesWhatAnInstanceInAnotherProcessWrote() throws Exception {
        start(InstanceMain.RIGHT);
        start(InstanceMain.RIGHT);
        Map<String, Integer> struck = rage();
        instances.forEach(this::awaitSomethingOf);
        for (InstanceProcess instance : instances) {
            instance.kill();
        }
        System.out.println("separate processes: " + history + "; faults: " + struck);
        assertThat(history.violations()).isEmpty();
        assertThat(history.onReaders()).as("reads on readers").isPositive();
        assertThat(history.kept()).as("reads of kept results").isPositive();
        long[] there = RoutedCluster.counters(cluster.writer());
        for (int counter = 0; counter < History.COUNTERS; counter++) {
            assertThat(there[counter]).isGreaterThanOrEqualTo(history.last(counter));
        }
    }

    @Test
    void whoMarksNothingIsFoundByTheOtherProcess() throws Exception {
        start(InstanceMain.RIGHT);
        start(BrokenSharing.NO_TOKEN.name());
        cluster.readers().forEach(reader -> reader.applyDelay(Duration.ofMillis(200)));
        try {
            InstanceProcess other = instances.get(0);
            await().atMost(PATIENCE).until(() -> history.violations().stream().anyMatch(other::hasSeen));
            System.out.println("found: " + history.violations().get(0));
        } finally {
            cluster.readers().forEach(reader -> reader.applyDelay(Duration.ZERO));
        }
    }

    private void start(String rule) throws IOException {
        InstanceProcess started = InstanceProcess.start(cluster, redis, rule, history);
        instances.add(started);
        awaitSomethingOf(started);
    }

    private void awaitSomethingOf(InstanceProcess instance) {
        long enough = instance.pieces() + ENOUGH_TO_BEGIN;
        await().atMost(PATIENCE).until(() -> instance.pieces() > enough);
    }

    // ---- what happens

    private Map<String, Integer> rage() throws IOException, InterruptedException {
        Map<String, Fault> faults = faults();
        Map<String, Integer> struck = new TreeMap<>();
        List<String> order = new ArrayList<>();
        long end = System.nanoTime() + TIME.toNanos();
        while (struck.size() < faults.size() || System.nanoTime() - end < 0) {
            if (order.isEmpty()) {
                order.addAll(faults.keySet());
                Collections.shuffle(order, random);
            }
            String fault = order.remove(0);
            faults.get(fault).strike();
            struck.merge(fault, 1, Integer::sum);
            pause(200, 1000);
        }
        return struck;
    }

    private Map<String, Fault> faults() {
        Map<String, Fault> faults = new TreeMap<>();
        faults.put("instance killed", () -> {
            InstanceProcess killed = instances.remove(random.nextInt(instances.size()));
            killed.close();
            pause(1, 2000);
            start(InstanceMain.RIGHT);
        });
        faults.put("instance stopped for a moment", () -> standStill(50, 600));
        faults.put("instance stopped for longer than a lease", () -> standStill(1000, 4000));
        faults.put("instance cut off from Redis", () -> {
            InstanceProcess one = one();
            one.link().cut();
            pause(300, 2500);
            one.link().restore();
        });
        faults.put("Redis fails over, and one instance later than the other", this::failover);
        faults.put("Redis flushed", () -> redis.command("FLUSHALL"));
        faults.put("Redis killed and started empty", () -> {
            redis.kill();
            pause(200, 2000);
            redis.start();
            copy.follow(redis);
        });
        faults.put("replay paused", () -> {
            cluster.readers().forEach(PostgresNode::pauseReplay);
            pause(300, 1500);
            cluster.readers().forEach(PostgresNode::resumeReplay);
        });
        faults.put("apply delay", () -> {
            cluster.readers().forEach(reader -> reader.applyDelay(Duration.ofMillis(100)));
            pause(300, 1500);
            cluster.readers().forEach(reader -> reader.applyDelay(Duration.ZERO));
        });
        return faults;
    }

    private InstanceProcess one() {
        return instances.get(random.nextInt(instances.size()));
    }

    private void standStill(int leastMillis, int mostMillis) throws IOException, InterruptedException {
        InstanceProcess one = one();
        one.stop();
        pause(leastMillis, mostMillis);
        one.goOn();
    }

    private void failover() {
        copy.promote();
        pause(1, 100);
        for (InstanceProcess instance : instances) {
            instance.link().redirect(copy);
            pause(1, 1500);
        }
        RedisServer former = redis;
        redis = copy;
        copy = former;
        copy.follow(redis);
    }

    private void pause(int leastMillis, int mostMillis) {
        Duration time = Duration.ofMillis(random.nextInt(leastMillis, mostMillis));
        await().pollDelay(time).atMost(time.plus(PATIENCE)).until(() -> true);
    }
}

package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RoutingHints;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisCluster;
import io.lagwise.testkit.RedisLink;
import io.lagwise.testkit.RedisSentinels;
import io.lagwise.testkit.RedisServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;

/** Two instances that share their records in a Redis Cluster, and behind sentinels, before, during and after failovers. */
@PostgresReplication(readers = 2)
@Isolated
class RedisTopologiesIT {
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SCAN_MILLIS = 500;
    private static final int OPERATIONS = 2_000;

    private final PostgresCluster cluster;

    RedisTopologiesIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void recordsAreSharedInACluster() throws Exception {
        try (RedisCluster redis = RedisCluster.start();
                Instance one = Instance.first(cluster, client(redis));
                Instance two = Instance.another(one, client(redis))) {
            eachSeesTheOther(one, two);
            for (int shard = 0; shard < redis.shards(); shard++) {
                assertThat(redis.primary(shard).command("DBSIZE"))
                        .as("records in shard %d", shard)
                        .isNotEqualTo(0L);
            }
        }
    }

    @Test
    void recordsAreSharedBehindSentinels() throws Exception {
        try (RedisSentinels redis = RedisSentinels.start();
                Instance one = Instance.first(cluster, client(redis));
                Instance two = Instance.another(one, client(redis))) {
            eachSeesTheOther(one, two);
        }
    }

    @Test
    void noReadMissesACommitWhileShardsFailOver() throws Exception {
        try (RedisCluster redis = RedisCluster.start();
                Instance one = Instance.first(cluster, client(redis));
                Instance two = Instance.another(one, client(redis))) {
            Map<String, Nemesis.Fault> faults = new TreeMap<>();
            faults.put("failover of a shard", () -> redis.failover(0));
            faults.put("primary of a shard killed", () -> {
                redis.primary(1).kill();
                redis.awaitHealthy();
            });
            whileClientsWork(List.of(one, two), new History(), faults, () -> primaries(redis));
        }
    }

    /** Each shard pushes what changes there, and does so again after a failover. */
    @Test
    void byPushedRecordsNoReadMissesWhatIsOlderThanTheBoundWhileAShardFailsOver() throws Exception {
        try (RedisCluster redis = RedisCluster.start();
                Instance one = Instance.pushed(cluster, client(redis), BOUND);
                Instance two = Instance.pushed(one, client(redis), BOUND)) {
            Map<String, Nemesis.Fault> faults = Map.of("failover of a shard", () -> redis.failover(0));
            whileClientsWork(List.of(one, two), new History(BOUND), faults, () -> primaries(redis));
        }
    }

    @Test
    void noReadMissesACommitWhileSentinelsFailOver() throws Exception {
        try (RedisSentinels redis = RedisSentinels.start();
                Instance one = Instance.first(cluster, client(redis));
                Instance two = Instance.another(one, client(redis))) {
            whileClientsWork(
                    List.of(one, two),
                    new History(),
                    Map.of("failover", redis::failover),
                    () -> List.of(redis.primary()));
        }
    }

    /** Until the sentinels make it follow, the former primary answers whoever still goes there. */
    @Test
    void whoStillGoesToTheFormerPrimaryAndWhoHasMovedTakeEachOtherForSilent() throws Exception {
        try (RedisSentinels redis = RedisSentinels.start();
                RedisLink late = redis.primary().link();
                Instance moving = Instance.first(cluster, client(redis));
                Instance staying = Instance.another(moving, Instance.client(late.address()))) {
            awaitAvailable(List.of(moving, staying));
            moving.routed().createTables();
            Recovery.await(moving.routed(), "at first");
            Recovery.await(staying.routed(), "at first");
            History history = new History();
            cluster.readers().forEach(PostgresNode::pauseReplay);
            try {
                redis.failover();
                seesWriteOf(history, staying, moving, History.counter(0, 0));
                seesWriteOf(history, moving, staying, History.counter(1, 0));
                waiting().until(staying.ledger()::state, "instance-missing"::equals);
                waiting().until(moving.ledger()::state, "instance-missing"::equals);
                seesWriteOf(history, staying, moving, History.counter(2, 0));
                seesWriteOf(history, moving, staying, History.counter(3, 0));
            } finally {
                cluster.readers().forEach(PostgresNode::resumeReplay);
            }
            assertThat(history.violations()).isEmpty();
            late.redirect(redis.primary());
            awaitAvailable(List.of(moving, staying));
        }
    }

    @Test
    void commitsGoOnAfterALeaseWhileOneShardIsAway() throws Exception {
        try (RedisCluster redis = RedisCluster.start();
                Instance one = Instance.first(cluster, client(redis));
                Instance two = Instance.another(one, client(redis))) {
            // Else the other shards would be away too.
            redis.nodes().forEach(node -> node.command("CONFIG", "SET", "cluster-require-full-coverage", "no"));
            awaitAvailable(List.of(one, two));
            one.routed().createTables();
            Recovery.await(two.routed(), "at first");
            int shard = shardWithoutFirstShelf(redis);
            RedisServer primary = redis.primary(shard);
            redis.replica(shard).kill();
            primary.kill();
            History history = new History();
            long slowest = 0;
            for (int table = 0; table < History.TABLES; table++) {
                long began = System.nanoTime();
                seesWriteOf(history, one, two, History.counter(table, 0));
                slowest = Math.max(slowest, millis(began, System.nanoTime()));
            }
            System.out.printf("one shard away: slowest commit with reads %d ms%n", slowest);
            assertThat(history.violations()).isEmpty();
            primary.start();
            awaitAvailable(List.of(one, two));
        }
    }

    /** The first that is tended must answer, so that what it answers can be taken for that of all. */
    private static int shardWithoutFirstShelf(RedisCluster redis) {
        return IntStream.range(0, redis.shards())
                .filter(shard -> List.of().equals(redis.primary(shard).command("KEYS", "*:0}:#shelf")))
                .findFirst()
                .orElseThrow();
    }

    // ---- what happens

    /** Readers that stand still, and results that were kept, show what is missed. */
    private void eachSeesTheOther(Instance one, Instance two) throws SQLException {
        History history = new History();
        awaitAvailable(List.of(one, two));
        one.routed().createTables();
        for (Instance instance : List.of(one, two)) {
            Recovery.await(instance.routed(), "at first");
            awaitHits(instance);
        }
        cluster.readers().forEach(PostgresNode::pauseReplay);
        try {
            for (int table = 0; table < History.TABLES; table++) {
                int counter = History.counter(table, 0);
                seesWriteOf(history, one, two, counter);
                seesWriteOf(history, two, one, counter);
            }
        } finally {
            cluster.readers().forEach(PostgresNode::resumeReplay);
        }
        assertThat(history.violations()).isEmpty();
        for (Instance instance : List.of(one, two)) {
            Recovery.await(instance.routed(), "of what was written");
            assertThat(instance.ledger().state()).isEqualTo("available");
        }
    }

    private static void seesWriteOf(History history, Instance writing, Instance reading, int counter)
            throws SQLException {
        client(writing, history).write(counter);
        Client reader = client(reading, history);
        reader.read(counter);
        readKept(reader, counter);
    }

    private static List<RedisServer> primaries(RedisCluster redis) {
        return IntStream.range(0, redis.shards()).mapToObj(redis::primary).toList();
    }

    private void whileClientsWork(
            List<Instance> instances,
            History history,
            Map<String, Nemesis.Fault> faults,
            Supplier<List<RedisServer>> primaries)
            throws Exception {
        awaitAvailable(instances);
        HistoryCheck check =
                new HistoryCheck(instances.stream().map(Instance::routed).toList(), Map.of(), history);
        check.during(() -> {
            awaitOperations(check);
            for (Map.Entry<String, Nemesis.Fault> fault : faults.entrySet()) {
                long began = System.nanoTime();
                fault.getValue().strike();
                long struck = System.nanoTime();
                awaitRecords(instances, primaries.get());
                System.out.printf(
                        "%s: %d ms, records are used again %d ms later%n",
                        fault.getKey(), millis(began, struck), millis(struck, System.nanoTime()));
            }
            awaitOperations(check);
        });
        awaitAvailable(instances);
    }

    private static long millis(long from, long to) {
        return (to - from) / 1_000_000;
    }

    // ---- waiting

    private static ConditionFactory waiting() {
        return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10));
    }

    private static void awaitAvailable(List<Instance> instances) {
        instances.forEach(instance -> waiting().until(instance.ledger()::state, "available"::equals));
    }

    private static void awaitOperations(HistoryCheck check) {
        long enough = check.operations() + OPERATIONS;
        waiting().until(() -> check.operations() > enough);
    }

    /** Waits until results that were kept are used, which nothing but the records permits. */
    private static void awaitRecords(List<Instance> instances, List<RedisServer> primaries) {
        // Else all might still go to a former one.
        primaries.forEach(primary -> waiting().until(() -> isReady(primary)));
        awaitAvailable(instances);
        for (Instance instance : instances) {
            long before = hits(instance);
            waiting().until(() -> hits(instance) > before);
        }
    }

    private static boolean isReady(RedisServer primary) {
        String replication = String.valueOf(primary.command("INFO", "replication"));
        List<?> shelves = (List<?>) primary.command("KEYS", "*#shelf");
        return !shelves.isEmpty()
                && shelves.stream()
                        .map(shelf -> primary.command("HGET", String.valueOf(shelf), "born"))
                        .allMatch(born -> replication.contains("master_replid:" + born));
    }

    private static void awaitHits(Instance instance) {
        Client reader = client(instance, new History());
        for (int table = 0; table < History.TABLES; table++) {
            int kept = History.counter(table, 0);
            long before = hits(instance);
            waiting().until(() -> {
                readKept(reader, kept);
                return hits(instance) > before;
            });
        }
    }

    private static long hits(Instance instance) {
        return instance.routed().routing().status().cache().hits();
    }

    private static void readKept(Client reader, int counter) throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open()) {
            reader.read(counter);
        }
    }

    private static Client client(Instance instance, History history) {
        return new Client(instance.routed(), history, new Traffic(), new Random(1), Client.Mode.READS_AND_WRITES);
    }

    // ---- ways to Redis

    private static RedissonClient client(RedisCluster redis) {
        Config config = config();
        quick(config.useClusterServers())
                .addNodeAddress(redis.addresses().toArray(String[]::new))
                .setScanInterval(SCAN_MILLIS);
        return Redisson.create(config);
    }

    private static RedissonClient client(RedisSentinels redis) {
        Config config = config();
        quick(config.useSentinelServers())
                .setMasterName(redis.watchedName())
                .addSentinelAddress(redis.addresses().toArray(String[]::new))
                .setScanInterval(SCAN_MILLIS);
        return Redisson.create(config);
    }

    private static Config config() {
        Config config = new Config();
        config.setLazyInitialization(true);
        config.setNettyThreads(4);
        config.setThreads(2);
        return config;
    }

    private static <T extends BaseMasterSlaveServersConfig<T>> T quick(T servers) {
        servers.setConnectTimeout(1000).setTimeout(500).setRetryAttempts(0).setPingConnectionInterval(1000);
        // Replicas are there for other reads, as they are unless the application says otherwise.
        return servers.setMasterConnectionMinimumIdleSize(2)
                .setMasterConnectionPoolSize(8)
                .setSlaveConnectionMinimumIdleSize(1)
                .setSlaveConnectionPoolSize(2);
    }
}

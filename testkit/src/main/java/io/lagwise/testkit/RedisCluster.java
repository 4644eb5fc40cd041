package io.lagwise.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis Cluster: three shards, each a primary with one replica.
 *
 * <p>What can befall a server can befall each node: {@code primary(0).kill()}. A shard whose primary is dead or frozen is
 * taken over by its replica after two seconds; a killed node that is started again knows the cluster, and has no data.
 * It needs and leaves what {@link RedisServer} does.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int SHARDS = 3;
    private static final int SLOTS = 16_384;
    private static final String NODE_TIMEOUT_MILLIS = "2000";

    private final RunDirectory directory = RunDirectory.open();
    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {}

    /** Starts a cluster and returns when all its nodes agree that it is whole. */
    public static RedisCluster start() {
        RedisCluster cluster = new RedisCluster();
        try {
            cluster.launch();
            cluster.assemble();
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    /** Returns how many shards there are. */
    public int shards() {
        return SHARDS;
    }

    /** Returns all nodes: the first primaries by shard, then the first replicas by shard. */
    public List<RedisServer> nodes() {
        return List.copyOf(nodes);
    }

    /** Returns the addresses of all nodes as clients take them. */
    public List<String> addresses() {
        return nodes.stream().map(RedisServer::address).toList();
    }

    /** Returns the node that the others now take for the primary of a shard, dead or alive. */
    public RedisServer primary(int shard) {
        RedisServer asked = nodes.stream()
                .filter(RedisServer::isLive)
                // Who has just been thawed takes itself for the primary that it was.
                .max(Comparator.comparing(node -> !ofShard(shard).contains(node)))
                .orElseThrow(() -> new IllegalStateException("No node of the cluster can be asked"));
        int port = primaryPort(asked, shard);
        return ofShard(shard).stream()
                .filter(node -> node.port() == port)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Nobody is known for the primary of shard " + shard));
    }

    /** Returns the node of a shard that is not its primary. */
    public RedisServer replica(int shard) {
        RedisServer primary = primary(shard);
        return ofShard(shard).stream()
                .filter(node -> node != primary)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Makes the replica of a shard its primary at once, and returns when all living nodes know.
     *
     * <p>What the former primary has not yet told it is lost.
     */
    public void failover(int shard) {
        RedisServer next = replica(shard);
        next.command("CLUSTER", "FAILOVER", "TAKEOVER");
        Waiting.until(
                () -> live().allMatch(node -> primaryPort(node, shard) == next.port()),
                () -> "all nodes take " + next + " for the primary of shard " + shard);
    }

    /** Waits until all living nodes agree on living primaries, and the other living nodes are their copies. */
    public void awaitHealthy() {
        Waiting.until(this::isHealthy, () -> "the cluster is whole");
    }

    /** Ends all nodes and removes their directory. */
    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
        directory.close();
    }

    // ---- making

    private void launch() {
        for (int i = 0; i < 2 * SHARDS; i++) {
            int port = Ports.nextWithBus();
            nodes.add(RedisServer.builder()
                    .setting("cluster-enabled", "yes")
                    .setting("cluster-node-timeout", NODE_TIMEOUT_MILLIS)
                    // A copy of whatever age is better than none.
                    .setting("cluster-replica-validity-factor", "0")
                    .start(directory.of("node-" + i), port, () -> Ports.giveBackWithBus(port)));
        }
    }

    private void assemble() {
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            nodes.get(shard).command(slotsOf(shard));
        }
        // By gossip alone it would take a while.
        nodes.forEach(node -> nodes.forEach(
                other -> node.command("CLUSTER", "MEET", RedisServer.LOOPBACK, String.valueOf(other.port()))));
        Waiting.until(() -> nodes.stream().allMatch(this::knowsAll), () -> "all nodes of the cluster have met");
        for (int shard = 0; shard < SHARDS; shard++) {
            Object primary = nodes.get(shard).command("CLUSTER", "MYID");
            nodes.get(SHARDS + shard).command("CLUSTER", "REPLICATE", String.valueOf(primary));
        }
        awaitHealthy();
    }

    private static int firstSlot(int shard) {
        return SLOTS * shard / SHARDS;
    }

    /** One by one, as Redis takes no ranges before version 7. */
    private static String[] slotsOf(int shard) {
        List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
        IntStream.range(firstSlot(shard), firstSlot(shard + 1))
                .mapToObj(String::valueOf)
                .forEach(words::add);
        return words.toArray(String[]::new);
    }

    private boolean knowsAll(RedisServer node) {
        String known = String.valueOf(node.command("CLUSTER", "NODES"));
        return known.lines().count() == nodes.size() && !known.contains("handshake");
    }

    // ---- asking

    private Stream<RedisServer> live() {
        return nodes.stream().filter(RedisServer::isLive);
    }

    private List<RedisServer> ofShard(int shard) {
        return List.of(nodes.get(shard), nodes.get(SHARDS + shard));
    }

    /** Returns the port of a shard's primary as one node knows it, or 0. */
    private static int primaryPort(RedisServer asked, int shard) {
        long slot = firstSlot(shard);
        return list(asked.command("CLUSTER", "SLOTS")).stream()
                .map(RedisCluster::list)
                .filter(range -> slot == (Long) range.get(0))
                .map(range -> ((Long) list(range.get(2)).get(1)).intValue())
                .findFirst()
                .orElse(0);
    }

    private static List<?> list(@Nullable Object answer) {
        return (List<?>) Objects.requireNonNull(answer);
    }

    private boolean isHealthy() {
        if (!live().allMatch(
                        node -> String.valueOf(node.command("CLUSTER", "INFO")).contains("cluster_state:ok"))) {
            return false;
        }
        return IntStream.range(0, SHARDS).allMatch(this::isHealthy);
    }

    private boolean isHealthy(int shard) {
        RedisServer primary = primary(shard);
        return primary.isLive()
                && live().allMatch(node -> primaryPort(node, shard) == primary.port())
                && ofShard(shard).stream()
                        .filter(RedisServer::isLive)
                        .allMatch(node -> node == primary || node.isLinked());
    }
}

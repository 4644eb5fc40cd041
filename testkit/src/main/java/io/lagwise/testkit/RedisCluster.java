package io.lagwise.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A real Redis cluster: shards with a primary and a replica each.
 *
 * <p>All are {@linkplain RedisServer servers} on the loopback interface, which end with {@link #close()} and at the latest
 * with the JVM.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final String NODE_TIMEOUT_MILLIS = "1000";

    private final List<RedisServer> primaries = new ArrayList<>();
    private final List<RedisServer> replicas = new ArrayList<>();

    private RedisCluster() {}

    /** Starts a cluster of so many shards, and returns when it takes commands. */
    public static RedisCluster start(int shards) {
        RedisCluster cluster = new RedisCluster();
        try {
            for (int shard = 0; shard < shards; shard++) {
                cluster.primaries.add(server());
                cluster.replicas.add(server());
            }
            cluster.assemble();
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    private static RedisServer server() {
        return RedisServer.builder()
                .setting("cluster-enabled", "yes")
                .setting("cluster-node-timeout", NODE_TIMEOUT_MILLIS)
                .start();
    }

    private void assemble() {
        int shards = primaries.size();
        for (int shard = 0; shard < shards; shard++) {
            List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(SLOTS * shard / shards, SLOTS * (shard + 1) / shards)
                    .forEach(slot -> words.add(String.valueOf(slot)));
            primaries.get(shard).command(words.toArray(String[]::new));
            primaries.get(shard).command("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(shard + 1));
        }
        RedisServer first = primaries.get(0);
        servers().forEach(server -> server.command("CLUSTER", "MEET", "127.0.0.1", String.valueOf(first.port())));
        await("the servers know each other", server -> known(server) == 2 * shards);
        for (int shard = 0; shard < shards; shard++) {
            String id = String.valueOf(primaries.get(shard).command("CLUSTER", "MYID"));
            replicas.get(shard).command("CLUSTER", "REPLICATE", id);
        }
        await("the cluster is whole", RedisCluster::isWhole);
        awaitReplicas();
    }

    private static long known(RedisServer server) {
        return String.valueOf(server.command("CLUSTER", "NODES"))
                .lines()
                .filter(line -> line.contains("connected") && !line.contains("handshake"))
                .count();
    }

    private static boolean isWhole(RedisServer server) {
        return String.valueOf(server.command("CLUSTER", "INFO")).contains("cluster_state:ok");
    }

    private void await(String what, Predicate<RedisServer> condition) {
        Waiting.until(() -> servers().stream().allMatch(condition), () -> what);
    }

    private void awaitReplicas() {
        Waiting.until(
                () -> replicas.stream().allMatch(replica -> replication(replica).contains("master_link_status:up")),
                () -> "the replicas follow");
    }

    private static String replication(RedisServer server) {
        return String.valueOf(server.command("INFO", "replication"));
    }

    private List<RedisServer> servers() {
        List<RedisServer> servers = new ArrayList<>(primaries);
        servers.addAll(replicas);
        return servers;
    }

    /** Returns the addresses of all servers, as clients take them. */
    public List<String> addresses() {
        return servers().stream().map(RedisServer::address).toList();
    }

    /** Returns the server that takes commands for a shard. */
    public RedisServer primary(int shard) {
        return primaries.get(shard);
    }

    /** Returns the server that stands by for a shard. */
    public RedisServer replica(int shard) {
        return replicas.get(shard);
    }

    /**
     * Makes the shard's replica its primary at once, whatever the other does, and returns when it is.
     *
     * <p>What the former primary was told last may be lost. It follows the new one as soon as it hears of it.
     */
    public void failover(int shard) {
        RedisServer former = primaries.get(shard);
        RedisServer next = replicas.get(shard);
        next.command("CLUSTER", "FAILOVER", "TAKEOVER");
        Waiting.until(() -> replication(next).contains("role:master"), () -> next + " is the primary");
        primaries.set(shard, next);
        replicas.set(shard, former);
    }

    /** Returns when every server answers, knows the cluster to be whole, and replicas have all. */
    public void awaitWhole() {
        await("the cluster is whole", RedisCluster::isWhole);
        awaitReplicas();
    }

    /** Ends all servers and removes their directories. */
    @Override
    public void close() {
        servers().forEach(RedisServer::close);
    }
}

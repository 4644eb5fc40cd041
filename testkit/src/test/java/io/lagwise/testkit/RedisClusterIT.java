package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisClusterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RedisCluster cluster = RedisCluster.start();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void eachShardHasItsSlotsAndACopy() {
        assertThat(cluster.addresses()).hasSize(6).doesNotHaveDuplicates();
        assertThat(cluster.nodes()).hasSize(6);
        // Slots 12182, 5061 and 866 of 16384.
        assertThat(ownerOf("foo")).isSameAs(cluster.primary(2));
        assertThat(ownerOf("bar")).isSameAs(cluster.primary(0));
        for (int shard = 0; shard < cluster.shards(); shard++) {
            RedisServer replica = cluster.replica(shard);
            assertThat(String.valueOf(replica.command("INFO", "replication")))
                    .contains(
                            "role:slave",
                            "master_port:" + cluster.primary(shard).port());
        }
    }

    @Test
    void aFailoverMakesTheReplicaPrimaryAndItHasWhatItWasTold() {
        RedisServer former = cluster.primary(0);
        RedisServer next = cluster.replica(0);
        former.command("SET", "bar", "before");
        former.command("WAIT", "1", "10000");
        cluster.failover(0);
        assertThat(cluster.primary(0)).isSameAs(next);
        assertThat(cluster.replica(0)).isSameAs(former);
        assertThat(next.command("GET", "bar")).isEqualTo("before");
        assertThatThrownBy(() -> former.command("SET", "bar", "after")).hasMessageContaining("MOVED");
        cluster.failover(0);
        cluster.awaitHealthy();
        assertThat(cluster.primary(0)).isSameAs(former);
    }

    @Test
    void theReplicaTakesOverFromAKilledPrimaryWhichComesBackAsItsCopy() {
        RedisServer former = cluster.primary(1);
        RedisServer next = cluster.replica(1);
        former.kill();
        cluster.awaitHealthy();
        assertThat(cluster.primary(1)).isSameAs(next);
        former.start();
        cluster.awaitHealthy();
        assertThat(cluster.replica(1)).isSameAs(former);
        assertThat(former.isLinked()).isTrue();
    }

    @Test
    void theReplicaTakesOverFromAFrozenPrimary() {
        RedisServer former = cluster.primary(2);
        RedisServer next = cluster.replica(2);
        former.freeze();
        cluster.awaitHealthy();
        assertThat(cluster.primary(2)).isSameAs(next);
        former.thaw();
        await().atMost(PATIENCE).until(former::isLinked);
        cluster.awaitHealthy();
    }

    private RedisServer ownerOf(String key) {
        List<RedisServer> owners = cluster.nodes().stream()
                .filter(node -> {
                    try {
                        return "OK".equals(node.command("SET", key, "value"));
                    } catch (TestServerException moved) {
                        return false;
                    }
                })
                .toList();
        assertThat(owners).hasSize(1);
        return owners.get(0);
    }
}

package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RedisClusterIT {
    private static final String SLOT_OF_FIRST_SHARD = "{06S}";

    @Test
    void shardsAnswerForTheirSlotsAlsoAfterAFailover() {
        try (RedisCluster cluster = RedisCluster.start(3)) {
            assertThat(cluster.addresses()).hasSize(6).doesNotHaveDuplicates();
            String key = SLOT_OF_FIRST_SHARD + "key";
            assertThat(cluster.primary(0).command("CLUSTER", "KEYSLOT", key)).isEqualTo(0L);
            cluster.primary(0).command("SET", key, "value");
            assertThatThrownBy(() -> cluster.primary(1).command("SET", key, "value"))
                    .isInstanceOf(TestServerException.class)
                    .hasMessageContaining("MOVED");
            RedisServer former = cluster.primary(0);
            cluster.awaitWhole();
            cluster.failover(0);
            assertThat(cluster.primary(0)).isNotSameAs(former);
            cluster.primary(0).command("SET", key, "later");
            cluster.awaitWhole();
            assertThat(cluster.replica(0)).isSameAs(former);
            assertThat(cluster.primary(0).command("GET", key)).isEqualTo("later");
        }
    }

    @Test
    void aShardWhosePrimaryDiesGoesOnWithItsReplica() {
        try (RedisCluster cluster = RedisCluster.start(3)) {
            cluster.primary(2).kill();
            cluster.failover(2);
            Waiting.until(
                    () -> String.valueOf(cluster.primary(2).command("CLUSTER", "INFO"))
                            .contains("cluster_state:ok"),
                    () -> "the cluster is whole");
            cluster.replica(2).start();
            cluster.awaitWhole();
        }
    }
}

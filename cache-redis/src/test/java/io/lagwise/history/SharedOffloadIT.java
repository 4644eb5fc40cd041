package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.redis.RedisLedger;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** How many reads of two instances leave the writer: the load of {@link OffloadIT}, by shared records. */
@PostgresReplication(readers = 2)
@Isolated
class SharedOffloadIT {
    private final PostgresCluster cluster;

    SharedOffloadIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void nineOfTenReadsOfTwoInstancesLeaveTheWriter() throws Exception {
        try (RedisServer redis = RedisServer.builder().start();
                Instance one = Instance.first(cluster, redis, RedisLedger::over);
                Instance two = Instance.another(one, redis, RedisLedger::over)) {
            awaitAvailable(one, two);
            one.routed().createTables();
            awaitAvailable(one, two);
            double offload = OffloadIT.offload("by shared records", List.of(one.routed(), two.routed()));
            assertThat(offload).isGreaterThanOrEqualTo(0.90);
        }
    }

    private static void awaitAvailable(Instance... instances) {
        for (Instance instance : instances) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> instance.ledger().state().equals("available"));
        }
    }
}

package io.lagwise.samples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.routing.RoutingDataSource;
import io.lagwise.routing.RoutingStatus.LedgerStatus;
import io.lagwise.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Opens two shops on a Redis that is there already. */
class GivenRedisIT {
    private static LedgerStatus ledger(ConfigurableApplicationContext shop) {
        return ((RoutingDataSource) shop.getBean(DataSource.class)).status().ledger();
    }

    @Test
    void theRedisThatIsNamedIsUsedAndOutlivesThem() {
        try (RedisServer redis = RedisServer.builder().start()) {
            List<ConfigurableApplicationContext> shops = Instances.open(
                    "--server.port=0",
                    "--shop.instances=2",
                    "--shop.load.customers=0",
                    "--lagwise.redis.address=" + redis.address(),
                    "--lagwise.coordination=redis-pushed");
            try {
                await().atMost(Duration.ofMinutes(1)).until(() -> shops.stream()
                        .allMatch(shop -> ledger(shop).state().equals("available")));
                assertThat(shops).allMatch(shop -> ledger(shop).coordination().equals("redis-pushed"));
                List<?> records = (List<?>) Objects.requireNonNull(redis.command("KEYS", "lw:*#shelf"));
                assertThat(records).as("the shelf on which both are").hasSize(1);
            } finally {
                shops.get(0).close();
            }
            assertThat(redis.command("PING")).hasToString("PONG");
        }
    }
}

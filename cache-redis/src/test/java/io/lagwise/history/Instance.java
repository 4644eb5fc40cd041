package io.lagwise.history;

import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.RedisLink;
import io.lagwise.testkit.RedisServer;
import java.util.function.UnaryOperator;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** One instance of the application, with pools, a Redis client and a ledger of its own. */
final class Instance implements AutoCloseable {
    private final RedisLink link;
    private final RedissonClient client;
    private final RedisLedger ledger;
    private final RoutedCluster routed;

    private Instance(RedisLink link, RedissonClient client, RedisLedger ledger, RoutedCluster routed) {
        this.link = link;
        this.client = client;
        this.ledger = ledger;
        this.routed = routed;
    }

    static Instance first(PostgresCluster cluster, RedisServer redis, RedisSettings settings) {
        return of(redis, settings, operator -> new RoutedCluster(cluster, operator));
    }

    static Instance another(Instance first, RedisServer redis, RedisSettings settings) {
        return of(redis, settings, operator -> first.routed.another(operator));
    }

    private interface Assembling {
        RoutedCluster by(UnaryOperator<RoutingDataSourceBuilder> operator);
    }

    private static Instance of(RedisServer redis, RedisSettings settings, Assembling assembling) {
        RedisLink link = redis.link();
        RedissonClient client = client(link.address());
        RedisLedger ledger = RedisLedger.over(client, settings);
        return new Instance(link, client, ledger, assembling.by(builder -> builder.ledger(ledger)));
    }

    static RedissonClient client(String address) {
        Config config = new Config();
        config.useSingleServer()
                .setAddress(address)
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(8)
                .setConnectTimeout(1000)
                .setTimeout(500)
                .setRetryAttempts(0)
                .setPingConnectionInterval(1000);
        config.setLazyInitialization(true);
        config.setNettyThreads(4);
        config.setThreads(2);
        return Redisson.create(config);
    }

    RedisLink link() {
        return link;
    }

    RedisLedger ledger() {
        return ledger;
    }

    RoutedCluster routed() {
        return routed;
    }

    @Override
    public void close() {
        routed.close();
        ledger.close();
        client.shutdown();
        link.close();
    }
}

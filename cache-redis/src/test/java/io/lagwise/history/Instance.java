package io.lagwise.history;

import io.lagwise.redis.Mirroring;
import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import io.lagwise.redis.ResultSharing;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.spi.TableLedger;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.RedisLink;
import io.lagwise.testkit.RedisServer;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** One instance of the application, with pools, a Redis client and a ledger of its own. */
final class Instance implements AutoCloseable {
    /** One that a test can wait for. */
    static final Duration LEASE = Duration.ofMillis(800);

    static final RedisSettings SETTINGS = new RedisSettings(
            Duration.ofMillis(50), LEASE, RedisSettings.OnOutage.WRITER, ResultSharing.IN_CLEAR, null);

    /** As it is unless set, with time enough on a machine that also runs half a dozen servers. */
    private static final RedisSettings PATIENT = new RedisSettings(
            Duration.ofMillis(250), Duration.ofSeconds(2), RedisSettings.OnOutage.WRITER, ResultSharing.IN_CLEAR, null);

    private final @Nullable RedisLink link;
    private final RedissonClient client;
    private final RedisLedger ledger;
    private final RoutedCluster routed;

    private Instance(@Nullable RedisLink link, RedissonClient client, RedisLedger ledger, RoutedCluster routed) {
        this.link = link;
        this.client = client;
        this.ledger = ledger;
        this.routed = routed;
    }

    /** Makes a ledger, by the rules or without one of them. */
    interface Rules extends BiFunction<RedissonClient, RedisSettings, RedisLedger> {
        /** Returns the ledger as the instance gets to see it. */
        default TableLedger relinked(RedisLedger ledger) {
            return ledger;
        }
    }

    /** Returns the rules of an instance that Redis pushes records to. */
    static Rules mirroring(Mirroring.Use use, Duration bound) {
        RedisSettings settings = new RedisSettings(
                SETTINGS.budget(),
                SETTINGS.lease(),
                SETTINGS.onOutage(),
                SETTINGS.results(),
                new Mirroring(use, bound));
        return (client, usual) -> RedisLedger.over(client, settings);
    }

    static Instance first(PostgresCluster cluster, RedisServer redis, Rules rules) {
        return of(redis, rules, operator -> new RoutedCluster(cluster, operator));
    }

    /** Returns an instance whose statements may take long. */
    static Instance patient(PostgresCluster cluster, RedisServer redis, Rules rules) {
        return of(redis, rules, operator -> RoutedCluster.patient(cluster, operator));
    }

    /** Returns an instance that knows these servers only. */
    static Instance at(RoutedCluster.Addresses servers, RedisServer redis, Rules rules) {
        return of(redis, rules, operator -> RoutedCluster.at(servers, operator));
    }

    static Instance another(Instance first, RedisServer redis, Rules rules) {
        return of(redis, rules, operator -> first.routed.another(operator));
    }

    /** Returns an instance that goes to Redis directly, in whatever way the client knows. */
    static Instance first(PostgresCluster cluster, RedissonClient client) {
        return of(null, client, Instance::patient, operator -> new RoutedCluster(cluster, operator));
    }

    /** Returns an instance that keeps its results in another way, or alone. */
    static Instance another(Instance first, RedisServer redis, @Nullable ResultSharing results) {
        RedisSettings settings =
                new RedisSettings(SETTINGS.budget(), SETTINGS.lease(), SETTINGS.onOutage(), results, null);
        return another(first, redis, (client, usual) -> RedisLedger.over(client, settings));
    }

    static Instance another(Instance first, RedissonClient client) {
        return of(null, client, Instance::patient, operator -> first.routed.another(operator));
    }

    /** Returns an instance that goes to Redis directly, and by what is pushed. */
    static Instance pushed(PostgresCluster cluster, RedissonClient client, Duration bound) {
        return of(null, client, pushing(bound), operator -> new RoutedCluster(cluster, operator));
    }

    static Instance pushed(Instance first, RedissonClient client, Duration bound) {
        return of(null, client, pushing(bound), operator -> first.routed.another(operator));
    }

    private static Rules pushing(Duration bound) {
        RedisSettings settings = new RedisSettings(
                PATIENT.budget(),
                PATIENT.lease(),
                PATIENT.onOutage(),
                PATIENT.results(),
                new Mirroring(Mirroring.Use.READS, bound));
        return (client, usual) -> RedisLedger.over(client, settings);
    }

    private static RedisLedger patient(RedissonClient client, RedisSettings settings) {
        return RedisLedger.over(client, PATIENT);
    }

    private interface Assembling {
        RoutedCluster by(UnaryOperator<RoutingDataSourceBuilder> operator);
    }

    private static Instance of(RedisServer redis, Rules rules, Assembling assembling) {
        RedisLink link = redis.link();
        return of(link, client(link.address()), rules, assembling);
    }

    private static Instance of(@Nullable RedisLink link, RedissonClient client, Rules rules, Assembling assembling) {
        RedisLedger ledger = rules.apply(client, SETTINGS);
        return new Instance(link, client, ledger, assembling.by(builder -> builder.ledger(rules.relinked(ledger))));
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
        return Objects.requireNonNull(link, "it goes to Redis directly");
    }

    /** Returns the way to Redis, which belongs to the application. */
    RedissonClient client() {
        return client;
    }

    RedisLedger ledger() {
        return ledger;
    }

    /** Returns how many statements were answered from results in Redis. */
    long sharedHits() {
        return Objects.requireNonNull(routed.routing().status().cache()).sharedHits();
    }

    RoutedCluster routed() {
        return routed;
    }

    @Override
    public void close() {
        routed.close();
        ledger.close();
        client.shutdown();
        if (link != null) {
            link.close();
        }
    }
}

package io.lagwise.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lagwise.RoutingHints;
import io.lagwise.redis.RedisLedger;
import io.lagwise.routing.RoutingConfigurationException;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

@PostgresReplication(readers = 1)
class SharedRecordsIT {
    private final PostgresCluster cluster;
    private final RedisServer redis = RedisServer.builder().start();

    SharedRecordsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    private ApplicationContextRunner instance() {
        return Contexts.withWriter()
                .withConfiguration(
                        AutoConfigurations.of(LagwiseRedisAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
                .withPropertyValues(
                        "spring.datasource.url=" + cluster.writer().jdbcUrl(),
                        "spring.datasource.username=" + cluster.writer().username(),
                        "spring.datasource.password=" + cluster.writer().password(),
                        "lagwise.readers.reader-1.url=" + cluster.reader(0).jdbcUrl());
    }

    private static RoutingDataSource routed(ApplicationContext context) {
        return (RoutingDataSource) context.getBean(DataSource.class);
    }

    private static void awaitAvailable(ApplicationContext context) {
        await().atMost(Contexts.PATIENCE)
                .until(() -> routed(context).status().ledger().state().equals("available"));
    }

    private static long hits(ApplicationContext context) {
        return routed(context).status().cache().hits();
    }

    private static int read(ApplicationContext context) throws Exception {
        JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
        return RoutingHints.cached()
                .call(() -> jdbc.queryForObject("select n from shared where id = 1", Integer.class));
    }

    @Test
    void twoInstancesSeeEachOthersWrites() {
        instance()
                .withPropertyValues("lagwise.redis.address=" + redis.address())
                .run(first -> instance()
                        .withPropertyValues("lagwise.redis.address=" + redis.address())
                        .run(second -> {
                            assertThat(routed(first).status().ledger().coordination())
                                    .isEqualTo("redis");
                            JdbcTemplate jdbc = first.getBean(JdbcTemplate.class);
                            jdbc.execute("create table if not exists shared (id int primary key, n int)");
                            jdbc.update("insert into shared values (1, 0) on conflict (id) do update set n = 0");
                            awaitAvailable(first);
                            awaitAvailable(second);
                            for (int n = 1; n < 5; n++) {
                                long before = hits(second);
                                await().atMost(Contexts.PATIENCE).until(() -> {
                                    read(second);
                                    return hits(second) > before;
                                });
                                jdbc.update("update shared set n = ?", n);
                                assertThat(read(second)).isEqualTo(n);
                            }
                        }));
    }

    @Test
    void anOutageIsCountedByItsKind() {
        instance()
                .withPropertyValues("lagwise.redis.address=" + redis.address())
                .run(context -> {
                    awaitAvailable(context);
                    MeterRegistry registry = new SimpleMeterRegistry();
                    new LedgerMeters(routed(context)).bindTo(registry);
                    redis.kill();
                    await().atMost(Contexts.PATIENCE).until(() -> hindrances(registry, "unreachable") == 1);
                    redis.start();
                    awaitAvailable(context);
                    await().atMost(Contexts.PATIENCE).until(() -> hindrances(registry, "recovering") >= 1);
                    assertThat(hindrances(registry, "instance-missing")).isZero();
                });
    }

    private static double hindrances(MeterRegistry registry, String state) {
        return registry.get("lagwise.ledger.hindrances")
                .tag("state", state)
                .functionCounter()
                .count();
    }

    @Test
    void whatOneInstanceIsToldOfWritesFromElsewhereHoldsForAll() {
        ApplicationContextRunner instance = instance()
                .withConfiguration(AutoConfigurations.of(LagwiseEndpointAutoConfiguration.class))
                .withPropertyValues(
                        "lagwise.redis.address=" + redis.address(),
                        "management.endpoints.web.exposure.include=lagwise",
                        "management.endpoint.lagwise.access=UNRESTRICTED");
        instance.run(first -> instance.run(second -> {
            JdbcTemplate outside = new JdbcTemplate(cluster.writer().adminDataSource());
            first.getBean(JdbcTemplate.class).execute("create table if not exists shared (id int primary key, n int)");
            outside.update("insert into shared values (1, 0) on conflict (id) do update set n = 0");
            awaitAvailable(first);
            awaitAvailable(second);
            long before = hits(second);
            await().atMost(Contexts.PATIENCE).until(() -> {
                read(second);
                return hits(second) > before;
            });
            outside.update("update shared set n = 7");
            Object answer = first.getBean(LagwiseEndpoint.class).write("invalidate", null, List.of("shared"));
            assertThat(answer).isEqualTo(Map.of("invalidated", List.of("shared")));
            assertThat(read(second)).isEqualTo(7);
            assertThatThrownBy(() -> first.getBean(LagwiseEndpoint.class).write("invalidate", null, List.of("shard")))
                    .isInstanceOf(InvalidEndpointRequestException.class)
                    .hasMessageContaining("shard");
        }));
    }

    @Test
    void pushedRecordsAreBoundedAndSaySo() {
        for (String property : List.of("lagwise.coordination=redis-pushed", "lagwise.cache.near=relaxed")) {
            instance()
                    .withConfiguration(AutoConfigurations.of(LagwiseEndpointAutoConfiguration.class))
                    .withPropertyValues(
                            "lagwise.redis.address=" + redis.address(),
                            "lagwise.max-staleness=1s",
                            "management.endpoints.web.exposure.include=lagwise",
                            property)
                    .run(context -> {
                        awaitAvailable(context);
                        RoutingView view =
                                context.getBean(LagwiseEndpoint.class).routing();
                        assertThat(view.consistency()).isEqualTo("bounded");
                        assertThat(view.coordination())
                                .isEqualTo(property.endsWith("relaxed") ? "redis" : "redis-pushed");
                    });
        }
    }

    @Test
    void pushedRecordsAreRefusedWhereReadsAreToBeStrong() {
        refused(
                "lagwise.consistency = 'strong' is more than pushed records can keep.",
                "lagwise.consistency=strong",
                "lagwise.coordination=redis-pushed");
        refused(
                "lagwise.consistency = 'strong' is more than pushed records can keep.",
                "lagwise.consistency=strong",
                "lagwise.cache.near=relaxed");
        refused(
                "lagwise.max-staleness = 'PT0.05S' is too short to be kept.",
                "lagwise.max-staleness=50ms",
                "lagwise.coordination=redis-pushed");
    }

    private void refused(String description, String... properties) {
        instance()
                .withPropertyValues("lagwise.redis.address=" + redis.address())
                .withPropertyValues(properties)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(RoutingConfigurationException.class)
                        .hasMessageContaining(description));
    }

    @Test
    void whatIsWrittenElsewhereIsStreamedToAllAndTheEndpointShowsThat() {
        JdbcTemplate outside = new JdbcTemplate(cluster.writer().adminDataSource());
        outside.execute("alter role " + cluster.writer().username() + " replication");
        outside.execute("create publication lagwise for all tables");
        ApplicationContextRunner instance = instance()
                .withConfiguration(AutoConfigurations.of(LagwiseEndpointAutoConfiguration.class))
                .withPropertyValues(
                        "lagwise.redis.address=" + redis.address(),
                        "lagwise.cache.external-writes=stream",
                        "management.endpoints.web.exposure.include=lagwise");
        instance.run(first -> instance.run(second -> {
            first.getBean(JdbcTemplate.class).execute("create table if not exists shared (id int primary key, n int)");
            outside.update("insert into shared values (1, 0) on conflict (id) do update set n = 0");
            await().atMost(Contexts.PATIENCE)
                    .untilAsserted(() -> assertThat(List.of(streaming(first), streaming(second)))
                            .containsExactlyInAnyOrder("streaming", "standby"));
            long before = hits(second);
            await().atMost(Contexts.PATIENCE).until(() -> {
                read(second);
                return hits(second) > before;
            });
            outside.update("update shared set n = 7");
            await().atMost(Contexts.PATIENCE).until(() -> read(second) == 7);
        }));
        outside.execute("drop publication lagwise");
    }

    private static String streaming(ApplicationContext context) {
        return Objects.requireNonNull(
                        context.getBean(LagwiseEndpoint.class).routing().externalWrites())
                .state();
    }

    private List<?> results() {
        return (List<?>) Objects.requireNonNull(redis.command("KEYS", "lw:r:*"));
    }

    private void keep(ApplicationContextRunner instance, Consumer<ApplicationContext> then) {
        instance.withPropertyValues("lagwise.redis.address=" + redis.address()).run(context -> {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            jdbc.execute("create table if not exists shared (id int primary key, n int)");
            jdbc.update("insert into shared values (1, 0) on conflict (id) do update set n = 0");
            awaitAvailable(context);
            await().atMost(Contexts.PATIENCE).until(() -> {
                read(context);
                return hits(context) > 0;
            });
            then.accept(context);
        });
    }

    @Test
    void whatOneInstanceHasReadIsKeptInRedisByItsKey() {
        ApplicationContextRunner keyed = instance().withPropertyValues("lagwise.redis.key=a long and random secret");
        keep(keyed, first -> {
            await().until(() -> !results().isEmpty());
            assertThat(String.valueOf(redis.command("GET", results().get(0).toString())))
                    .doesNotContain("select n from shared");
            keyed.withPropertyValues("lagwise.redis.address=" + redis.address()).run(second -> {
                awaitAvailable(second);
                await().atMost(Contexts.PATIENCE).until(() -> {
                    read(second);
                    return hits(second) > 0;
                });
                assertThat(routed(second).status().cache().sharedHits()).isPositive();
            });
        });
    }

    @Test
    void rowsStayOnTheHeapWhereRedisShallHoldNone() {
        keep(instance().withPropertyValues("lagwise.cache.redis-payload=false"), context -> assertThat(results())
                .isEmpty());
    }

    @Test
    void aShortKeyIsRefusedAndNotShown() {
        instance()
                .withPropertyValues("lagwise.redis.address=" + redis.address(), "lagwise.redis.key=hunter2")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("lagwise.redis.key")
                        .hasMessageNotContaining("hunter2"));
    }

    @Test
    void withoutRedisEachReadAsksTheWriter() {
        instance().run(context -> {
            assertThat(context).doesNotHaveBean(RedisLedger.class);
            assertThat(routed(context).status().ledger().coordination()).isEqualTo("writer");
        });
    }

    @Test
    void theApplicationsOwnClientIsUsedWhenAskedForAndStaysOpen() {
        Config config = new Config();
        config.useSingleServer().setAddress(redis.address());
        RedissonClient client = Redisson.create(config);
        try {
            instance()
                    .withBean(RedissonClient.class, () -> client, definition -> definition.setDestroyMethodName(""))
                    .withPropertyValues("lagwise.coordination=redis")
                    .run(SharedRecordsIT::awaitAvailable);
            assertThat(client.isShutdown()).isFalse();
        } finally {
            client.shutdown();
        }
    }

    @Test
    void anApplicationStartsAndReadsWhileRedisIsAway() {
        redis.kill();
        instance()
                .withPropertyValues("lagwise.redis.address=" + redis.address())
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(JdbcTemplate.class).queryForObject("select 1", Integer.class))
                            .isEqualTo(1);
                    assertThat(routed(context).status().ledger().state()).isEqualTo("unreachable");
                    redis.start();
                    awaitAvailable(context);
                });
    }

    @Test
    void whatIsMissingIsNamed() {
        instance()
                .withPropertyValues("lagwise.coordination=redis")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("lagwise.redis.address"));
        instance()
                .withPropertyValues("lagwise.redis.address=" + redis.address())
                .withClassLoader(new FilteredClassLoader(RedisLedger.class))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("lagwise.coordination")
                        .hasMessageContaining("class path"));
    }
}

package io.lagwise.boot;

import static io.lagwise.boot.Contexts.NOWHERE;
import static io.lagwise.boot.Contexts.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lagwise.redis.ResultSharing;
import io.lagwise.routing.RoutingConfigurationException;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Every refusal names the property, its value and what would do. */
class RefusalTests {
    private static final String REDIS = "redis://localhost:1";

    private static void refused(ApplicationContextRunner runner, Consumer<FailureAnalysis> check) {
        runner.run(context -> {
            assertThat(context).hasFailed();
            FailureAnalysis analysis = new RoutingConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis).isNotNull();
            assertThat(analysis.getDescription()).doesNotContain("secret");
            check.accept(analysis);
        });
    }

    private static void refusedWithReader(String description, String action, String... properties) {
        refused(Contexts.withWriter().withPropertyValues(properties), analysis -> {
            assertThat(analysis.getDescription()).isEqualTo(description);
            assertThat(analysis.getAction()).isEqualTo(action);
        });
    }

    private static ApplicationContextRunner withRedis(String... properties) {
        return Contexts.withWriter()
                .withConfiguration(AutoConfigurations.of(LagwiseRedisAutoConfiguration.class))
                .withPropertyValues(READER)
                .withPropertyValues(properties);
    }

    private static void refusedWithRedis(String description, String action, String... properties) {
        refused(withRedis(properties), analysis -> {
            assertThat(analysis.getDescription()).isEqualTo(description);
            assertThat(analysis.getAction()).isEqualTo(action);
        });
    }

    @Test
    void severalDataSourcesWithoutAName() {
        refused(
                Contexts.empty()
                        .withUserConfiguration(LagwiseAutoConfigurationTests.TwoWriters.class)
                        .withPropertyValues(READER),
                analysis -> {
                    assertThat(analysis.getDescription())
                            .isEqualTo("lagwise.data-source = '' leaves open which DataSource bean is the writer:"
                                    + " [orders, archive].");
                    assertThat(analysis.getAction()).isEqualTo("Set it to the name of the one that takes writes.");
                });
    }

    @Test
    void aStreamThatMayHoldBackNothing() {
        refusedWithReader(
                "lagwise.cache.stream.max-retained = '0' is not positive.",
                "Use a size such as 64MB.",
                READER,
                "lagwise.cache.stream.max-retained=0");
    }

    @Test
    void anUnknownWriter() {
        refusedWithReader(
                "lagwise.data-source = 'oders' names no DataSource bean.",
                "Name one of [dataSource].",
                READER,
                "lagwise.data-source=oders");
    }

    @Test
    void aReaderWithoutASource() {
        refusedWithReader(
                "lagwise.readers.reader-1.url = '' is missing.",
                "Set it, or lagwise.readers.reader-1.data-source.",
                "lagwise.readers.reader-1.weight=10");
    }

    @Test
    void aReaderWithTwoSources() {
        refusedWithReader(
                "lagwise.readers.reader-1.data-source = 'replica' stands beside settings for a pool,"
                        + " though a bean brings its own.",
                "Keep either the bean's name or url, username, password and hikari.",
                READER,
                "lagwise.readers.reader-1.data-source=replica");
    }

    @Test
    void anUnknownReader() {
        refused(
                Contexts.withWriter()
                        .withUserConfiguration(LagwiseAutoConfigurationTests.OwnReader.class)
                        .withPropertyValues("lagwise.readers.reader-1.data-source=relica"),
                analysis -> {
                    assertThat(analysis.getDescription())
                            .isEqualTo("lagwise.readers.reader-1.data-source = 'relica' names no DataSource bean.");
                    assertThat(analysis.getAction()).isEqualTo("Name one of [replica].");
                });
    }

    @Test
    void theWriterAsAReader() {
        refused(
                Contexts.empty()
                        .withUserConfiguration(LagwiseAutoConfigurationTests.TwoWriters.class)
                        .withPropertyValues(
                                "lagwise.data-source=orders", "lagwise.readers.reader-1.data-source=orders"),
                analysis -> {
                    assertThat(analysis.getDescription())
                            .isEqualTo("lagwise.readers.reader-1.data-source = 'orders' is the writer.");
                    assertThat(analysis.getAction()).isEqualTo("Name another DataSource bean, one of [archive].");
                });
    }

    @Test
    void aReaderByUrlBesideAWriterThatNoPoolCanCopy() {
        DataSource wrapped = new DelegatingDataSource(new PGSimpleDataSource());
        refused(Contexts.empty().withBean(DataSource.class, () -> wrapped).withPropertyValues(READER), analysis -> {
            assertThat(analysis.getDescription())
                    .contains("lagwise.readers.reader-1.url", "DelegatingDataSource")
                    .doesNotContain(NOWHERE);
            assertThat(analysis.getAction())
                    .isEqualTo("Give the reader as a bean, by lagwise.readers.reader-1.data-source.");
        });
    }

    @Test
    void anUnknownPoolProperty() {
        refusedWithReader(
                "lagwise.readers.reader-1.hikari = '[maximum-poolsizes]' cannot be set: The elements"
                        + " [maximum-poolsizes] were left unbound.",
                "Use HikariCP's own properties.",
                READER,
                "lagwise.readers.reader-1.hikari.maximum-poolsizes=3");
    }

    @Test
    void aPoolPropertyThatIsNoNumber() {
        refused(
                Contexts.withWriter()
                        .withPropertyValues(READER, "lagwise.readers.reader-1.hikari.maximum-pool-size=many"),
                analysis -> assertThat(analysis.getDescription())
                        .startsWith("lagwise.readers.reader-1.hikari = '[maximum-pool-size]' cannot be set: "));
    }

    @Test
    void aWeightOfZero() {
        refusedWithReader(
                "lagwise.readers.reader-1.weight = '0' is not positive.",
                "Use 1 or more.",
                READER,
                "lagwise.readers.reader-1.weight=0");
    }

    @Test
    void timesThatCannotBe() {
        refusedWithReader(
                "lagwise.lag.poll-interval = 'PT0S' is not positive.",
                "Use a duration such as 50ms or 1m.",
                READER,
                "lagwise.lag.poll-interval=0ms");
        refusedWithReader(
                "lagwise.lag.wait = 'PT-1S' is negative.",
                "Use 0 where no read shall wait.",
                READER,
                "lagwise.lag.wait=-1s");
        refusedWithReader(
                "lagwise.catalog.refresh = 'PT0S' is not positive.",
                "Use a duration such as 50ms or 1m.",
                READER,
                "lagwise.catalog.refresh=0s");
    }

    @Test
    void pushedRecordsWhereNoneAreShared() {
        refusedWithReader(
                "lagwise.cache.near = 'relaxed' is about records in Redis, which are not shared here.",
                "Name a Redis by lagwise.redis.address, or leave the property out.",
                READER,
                "lagwise.cache.near=relaxed");
    }

    @Test
    void sharedRecordsWithoutARedis() {
        for (String word : new String[] {"redis", "redis-pushed"}) {
            refusedWithRedis(
                    "lagwise.coordination = '" + word + "' needs a Redis, and there is none.",
                    "Set lagwise.redis.address or lagwise.redis.config, or have one bean of type RedissonClient.",
                    "lagwise.coordination=" + word);
        }
    }

    @Test
    void sharedRecordsWithABlankAddress() {
        MapPropertySource blank = new MapPropertySource("blank", Map.of("lagwise.redis.address", "  "));
        refused(
                withRedis("lagwise.coordination=redis")
                        .withInitializer(context ->
                                context.getEnvironment().getPropertySources().addFirst(blank)),
                analysis -> assertThat(analysis.getDescription())
                        .isEqualTo("lagwise.coordination = 'redis' needs a Redis, and there is none."));
    }

    @Test
    void sharedRecordsWithoutTheModule() {
        refusedWithReader(
                "lagwise.coordination = 'auto' needs what is not on the class path.",
                "Add the dependency io.lagwise:lagwise-cache-redis.",
                READER,
                "lagwise.redis.address=" + REDIS);
    }

    @Test
    void aRedisThatIsNoAddress() {
        for (String address :
                new String[] {"localhost:6379", "redis://localhost", "redis://localhost:x", "http://localhost:6379"}) {
            refusedWithRedis(
                    "lagwise.redis.address = '" + address + "' is not the address of a Redis server.",
                    "Use one such as redis://localhost:6379, or rediss://localhost:6379 for TLS.",
                    "lagwise.redis.address=" + address);
        }
    }

    @Test
    void aRedisThatIsNoAddressWithoutSayingItsPassword() {
        refusedWithRedis(
                "lagwise.redis.address = 'localhost:6379' is not the address of a Redis server.",
                "Use one such as redis://localhost:6379, or rediss://localhost:6379 for TLS.",
                "lagwise.redis.address=user:secret@localhost:6379");
        refusedWithRedis(
                "lagwise.redis.address = 'localhost' is not the address of a Redis server.",
                "Use one such as redis://localhost:6379, or rediss://localhost:6379 for TLS.",
                "lagwise.redis.address=redis://user:secret@localhost");
        refusedWithRedis(
                "lagwise.redis.address = 'localhost:6379?…' is not the address of a Redis server.",
                "Use one such as redis://localhost:6379, or rediss://localhost:6379 for TLS.",
                "lagwise.redis.address=localhost:6379?password=secret");
    }

    @Test
    void noAddressThatRedissonTakesIsRefused() {
        for (String address : new String[] {
            "rediss://in_house:1", "valkey://localhost:1", "redis://[::1]:1", "redis://u:p@localhost:1/2"
        }) {
            withRedis("lagwise.redis.address=" + address)
                    .run(context -> assertThat(context).hasNotFailed());
        }
    }

    @Test
    void aRedisByAddressAndFile() {
        refusedWithRedis(
                "lagwise.redis.address = 'localhost:6379' stands beside lagwise.redis.config, whose addresses count.",
                "Keep one of the two.",
                "lagwise.redis.address=redis://:secret@localhost:6379",
                "lagwise.redis.config=classpath:redisson.yaml");
    }

    @Test
    void aRedisByAFileThatIsNotThere() {
        refused(withRedis("lagwise.redis.config=classpath:nowhere.yaml"), analysis -> {
            assertThat(analysis.getDescription())
                    .startsWith("lagwise.redis.config = 'classpath:nowhere.yaml' cannot be read: ");
            assertThat(analysis.getAction())
                    .isEqualTo("Name a configuration file of Redisson's, such as classpath:redisson.yaml.");
        });
    }

    @Test
    void aRedisThatMayTakeNoTime() {
        refusedWithRedis(
                "lagwise.redis.budget = 'PT0S' leaves no time to ask Redis.",
                "Use a duration such as 50ms.",
                "lagwise.redis.address=" + REDIS,
                "lagwise.redis.budget=0");
    }

    @Test
    void aKeyThatIsTooShort() {
        refusedWithRedis(
                "lagwise.redis.key = 'of 6 characters' is too short to be safe.",
                "Generate at least " + ResultSharing.SHORTEST_KEY
                        + " characters at random, the same for all instances.",
                "lagwise.redis.address=" + REDIS,
                "lagwise.redis.key=secret");
    }

    @Test
    void aStalenessThatCannotBeKept() {
        refusedWithRedis(
                "lagwise.max-staleness = 'PT0.001S' is too short to be kept.",
                "Use 100ms or more.",
                "lagwise.redis.address=" + REDIS,
                "lagwise.coordination=redis-pushed",
                "lagwise.max-staleness=1ms");
    }

    @Test
    void strongReadsByPushedRecords() {
        refusedWithRedis(
                "lagwise.consistency = 'strong' is more than pushed records can keep.",
                "Set it to bounded; or set lagwise.coordination to redis and lagwise.cache.near to strict.",
                "lagwise.redis.address=" + REDIS,
                "lagwise.coordination=redis-pushed",
                "lagwise.consistency=strong");
    }

    @Test
    void aCacheWithoutRoom() {
        refusedWithReader(
                "lagwise.cache.local.maximum-size = '0' is not positive.",
                "Use a size such as 64MB.",
                READER,
                "lagwise.cache.local.maximum-size=0");
    }

    @Test
    void anotherDatabase() {
        refused(
                Contexts.withWriter().withPropertyValues("lagwise.readers.reader-1.url=jdbc:h2:mem:x"),
                analysis -> assertThat(analysis.getDescription())
                        .isEqualTo("lagwise.readers.reader-1.url = 'jdbc:h2:mem:x' is not a PostgreSQL URL."));
    }

    @Test
    void poolsThatWereOpenedBeforeARefusalAreClosed() {
        Contexts.withWriter()
                .withPropertyValues(READER, "lagwise.readers.reader-2.weight=3")
                .run(context -> {
                    assertThat(context).getFailure().hasRootCauseInstanceOf(RoutingConfigurationException.class);
                    assertThat(Thread.getAllStackTraces().keySet())
                            .extracting(Thread::getName)
                            .noneMatch(name -> name.startsWith("reader-1"));
                });
    }

    @ExtendWith(OutputCaptureExtension.class)
    @Nested
    class AtStartUp {
        @Test
        void theRefusalIsTheLastWord(CapturedOutput output) {
            assertThat(start(READER, "lagwise.data-source=oders")).isNotNull();
            assertThat(output)
                    .contains("APPLICATION FAILED TO START", "lagwise.data-source = 'oders' names no DataSource bean.");
        }

        @Test
        void aValueThatIsNotThereYetIsRefusedWithThoseThatAre(CapturedOutput output) {
            assertThat(start(READER, "lagwise.consistency=session")).isNotNull();
            assertThat(output)
                    .contains("Property: lagwise.consistency", "Value: \"session\"")
                    .containsIgnoringCase("following values are valid:\n\n    BOUNDED\n    STRONG");
        }

        private Throwable start(String... properties) {
            SpringApplication application = new SpringApplication(Application.class);
            application.setWebApplicationType(WebApplicationType.NONE);
            String[] arguments = new String[properties.length + 1];
            arguments[0] = "--spring.datasource.url=" + NOWHERE;
            for (int i = 0; i < properties.length; i++) {
                arguments[i + 1] = "--" + properties[i];
            }
            return catchThrowable(() -> application.run(arguments));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({DataSourceAutoConfiguration.class, LagwiseAutoConfiguration.class})
    static class Application {}
}

package io.lagwise.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteDecision;
import io.lagwise.RouteDecision.Target;
import io.lagwise.RouteReason;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;

/** Each slice is there with what it serves, and away without. */
class SlicesTests {
    private final ApplicationContextRunner runner = Contexts.withWriter()
            .withConfiguration(AutoConfigurations.of(
                    LagwiseAnnotationsAutoConfiguration.class,
                    LagwiseEndpointAutoConfiguration.class,
                    LagwiseHealthAutoConfiguration.class,
                    DataSourceHealthContributorAutoConfiguration.class,
                    LagwiseMetricsAutoConfiguration.class,
                    LagwiseMigrationAutoConfiguration.class))
            .withPropertyValues(Contexts.READER);

    @Test
    void theEndpointIsThereWhereItIsExposed() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=lagwise")
                .run(context -> assertThat(context).hasSingleBean(LagwiseEndpoint.class));
        runner.run(context -> assertThat(context).doesNotHaveBean(LagwiseEndpoint.class));
    }

    @Test
    void allSlicesAreAwayWithoutReaders() {
        runner.withPropertyValues("lagwise.enabled=false", "management.endpoints.web.exposure.include=lagwise")
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> assertThat(context)
                        .doesNotHaveBean(LagwiseEndpoint.class)
                        .doesNotHaveBean(StatementMeters.class)
                        .doesNotHaveBean(FlywayConfigurationCustomizer.class)
                        .doesNotHaveBean("lagwiseHintAdvisor")
                        .getBean("dbHealthContributor")
                        .isNotInstanceOf(RoutedHealth.class));
    }

    @Test
    void withoutActuatorMicrometerFlywayAndLiquibaseTheRestWorks() {
        Contexts.withWriterOnly()
                .withUserConfiguration(AsAtStartUp.class)
                .withPropertyValues(Contexts.READER)
                .withClassLoader(new FilteredClassLoader(
                        Endpoint.class.getPackageName(),
                        "org.springframework.boot.actuate",
                        "org.springframework.boot.health",
                        "io.micrometer",
                        Flyway.class.getPackageName(),
                        "org.springframework.boot.flyway",
                        SpringLiquibase.class.getPackageName()))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(RoutingPostProcessor.class)
                        .hasBean("lagwiseHintAdvisor")
                        .doesNotHaveBean(LagwiseEndpointAutoConfiguration.class)
                        .doesNotHaveBean(LagwiseHealthAutoConfiguration.class)
                        .doesNotHaveBean(LagwiseMetricsAutoConfiguration.class));
    }

    @Test
    void theWriterDecidesTheDatabasesHealth() {
        runner.run(
                context -> assertThat(context).getBean(HealthContributor.class).isInstanceOf(RoutedHealth.class));
    }

    @Test
    void otherDataSourcesKeepTheirHealth() {
        runner.withUserConfiguration(LagwiseAutoConfigurationTests.TwoWriters.class)
                .withPropertyValues("lagwise.data-source=orders")
                .run(context -> {
                    CompositeHealthContributor health = context.getBean(CompositeHealthContributor.class);
                    assertThat(health.getContributor("orders")).isInstanceOf(RoutedHealth.class);
                    assertThat(health.getContributor("archive"))
                            .isInstanceOf(HealthIndicator.class)
                            .isNotInstanceOf(RoutedHealth.class);
                });
    }

    @Test
    void theApplicationsOwnHealthStays() {
        HealthIndicator own = () -> null;
        runner.withBean("dbHealthIndicator", HealthIndicator.class, () -> own)
                .run(context ->
                        assertThat(context).getBean(HealthContributor.class).isSameAs(own));
        runner.withPropertyValues("management.health.db.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HealthContributor.class));
    }

    @Test
    void statementsAndReadersAreMeteredWhereThereIsARegistry() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            assertThat(context)
                    .hasSingleBean(StatementMeters.class)
                    .hasSingleBean(ReaderMeters.class)
                    .hasSingleBean(CacheMeters.class)
                    .hasSingleBean(LedgerMeters.class);
            assertThat(context.getBeansOfType(MeterBinder.class)).hasSize(5);
            MeterRegistry registry = new SimpleMeterRegistry();
            context.getBean(ExternalWritesMeters.class).bindTo(registry);
            assertThat(registry.getMeters())
                    .as("nobody looks for writes of others")
                    .isEmpty();
            context.getBean(LedgerMeters.class).bindTo(registry);
            assertThat(registry.get("lagwise.ledger.available").gauge().value()).isEqualTo(1);
            assertThat(registry.get("lagwise.ledger.commits").gauge().value()).isZero();
        });
        runner.run(context -> assertThat(context).doesNotHaveBean(StatementMeters.class));
    }

    @Test
    void writesOfOthersAreMeteredWhereTheyAreLookedFor() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues(
                        "lagwise.coordination=single",
                        "lagwise.cache.external-writes=stream",
                        "lagwise.cache.stream.max-retained=64MB")
                .run(context -> {
                    MeterRegistry registry = new SimpleMeterRegistry();
                    context.getBean(ExternalWritesMeters.class).bindTo(registry);
                    assertThat(registry.get("lagwise.external.available")
                                    .gauge()
                                    .value())
                            .isZero();
                    assertThat(registry.get("lagwise.external.writes")
                                    .functionCounter()
                                    .count())
                            .isZero();
                    assertThat(registry.get("lagwise.external.retained").gauge().value())
                            .isZero();
                });
    }

    @Test
    void statementsAreCountedFromTheFirstAndInEveryRegistry() {
        StatementMeters meters = new StatementMeters();
        RouteDecision decision = new RouteDecision(Target.READER, "reader-1", RouteReason.READER_FRESH);
        meters.routed(decision);
        MeterRegistry first = new SimpleMeterRegistry();
        MeterRegistry second = new SimpleMeterRegistry();
        meters.bindTo(first);
        meters.bindTo(second);
        meters.routed(decision);
        meters.routed(new RouteDecision(Target.WRITER, "writer", RouteReason.WRITES));
        for (MeterRegistry registry : new MeterRegistry[] {first, second}) {
            assertThat(registry.get("lagwise.statements")
                            .tags("target", "reader", "node", "reader-1", "reason", "reader-fresh")
                            .functionCounter()
                            .count())
                    .isEqualTo(2);
            assertThat(registry.get("lagwise.statements")
                            .tag("reason", "writes")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
        }
    }

    /** Auto-configurations are found by name and read before they are loaded. */
    @Configuration(proxyBeanMethods = false)
    @Import(ByName.class)
    static class AsAtStartUp {}

    static final class ByName implements DeferredImportSelector {
        @Override
        public String[] selectImports(AnnotationMetadata importing) {
            return ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()).getCandidates().stream()
                    .filter(name -> name.startsWith("io.lagwise."))
                    .toArray(String[]::new);
        }
    }
}

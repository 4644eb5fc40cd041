package io.lagwise.boot;

import com.zaxxer.hikari.HikariDataSource;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Lets Flyway and Liquibase migrate through the writer's view.
 *
 * <p>A data source, URL or user of their own stays as it is.
 */
@AutoConfiguration(after = LagwiseAutoConfiguration.class)
@ConditionalOnBean(RoutingPostProcessor.class)
public final class LagwiseMigrationAutoConfiguration {
    /** Called by Spring. */
    LagwiseMigrationAutoConfiguration() {}

    private static @Nullable String writerUrl(ObjectProvider<RoutingPostProcessor> routing) {
        return Routed.unwrap(routing.getObject().dataSource(), HikariDataSource.class)
                .map(HikariDataSource::getJdbcUrl)
                .orElse(null);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Flyway.class, FlywayConfigurationCustomizer.class})
    static class FlywaySlice {
        @Bean
        static FlywayOnWriter lagwiseFlywayOnWriter(ObjectProvider<RoutingPostProcessor> routing) {
            return new FlywayOnWriter(() -> writerUrl(routing));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({SpringLiquibase.class, LiquibaseProperties.class})
    static class LiquibaseSlice {
        @Bean
        static LiquibaseOnWriter lagwiseLiquibaseOnWriter(ObjectProvider<RoutingPostProcessor> routing) {
            return new LiquibaseOnWriter(() -> writerUrl(routing));
        }
    }
}

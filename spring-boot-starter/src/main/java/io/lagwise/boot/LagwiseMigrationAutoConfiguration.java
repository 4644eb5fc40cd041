package io.lagwise.boot;

import io.lagwise.routing.RoutingDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Gives Flyway and Liquibase the writer's view, where they would use the routed data source.
 *
 * <p>A data source, URL or user of their own stays as it is.
 */
@AutoConfiguration(after = LagwiseAutoConfiguration.class)
@ConditionalOnBean(RoutingPostProcessor.class)
public final class LagwiseMigrationAutoConfiguration {
    /** Called by Spring. */
    LagwiseMigrationAutoConfiguration() {}

    private static DataSource writerView(DataSource source) {
        try {
            return source.unwrap(RoutingDataSource.class).writerView();
        } catch (SQLException e) {
            throw new IllegalStateException("A data source does not unwrap to what it says it wraps", e);
        }
    }

    private static boolean isRouted(@Nullable DataSource source) {
        try {
            return source != null && source.isWrapperFor(RoutingDataSource.class);
        } catch (SQLException e) {
            throw new IllegalStateException("A data source does not say what it wraps", e);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Flyway.class, FlywayConfigurationCustomizer.class})
    static class FlywayOnWriter {
        @Bean
        FlywayConfigurationCustomizer lagwiseFlywayOnWriter() {
            return flyway -> {
                if (isRouted(flyway.getDataSource())) {
                    flyway.dataSource(writerView(flyway.getDataSource()));
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SpringLiquibase.class)
    static class LiquibaseOnWriter {
        @Bean
        static BeanPostProcessor lagwiseLiquibaseOnWriter() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessBeforeInitialization(Object bean, String beanName) {
                    if (bean instanceof SpringLiquibase liquibase && isRouted(liquibase.getDataSource())) {
                        liquibase.setDataSource(writerView(liquibase.getDataSource()));
                    }
                    return bean;
                }
            };
        }
    }
}

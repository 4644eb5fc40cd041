package io.lagwise.boot;

import io.lagwise.routing.RoutingDataSource;
import io.lagwise.spi.LagMonitor;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Role;

/**
 * Makes the application's {@link DataSource} the writer of a {@link RoutingDataSource}.
 *
 * <p>Where {@code lagwise.readers} names readers and {@code lagwise.enabled} is not false; else nothing happens.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration"
        })
@ConditionalOnProperty(name = "lagwise.enabled", matchIfMissing = true)
@Conditional(OnReaders.class)
@ConditionalOnBean(DataSource.class)
@EnableConfigurationProperties(LagwiseProperties.class)
public final class LagwiseAutoConfiguration {
    /** Called by Spring. */
    LagwiseAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static RoutingPostProcessor lagwiseRoutingPostProcessor(ConfigurableListableBeanFactory beans) {
        return new RoutingPostProcessor(beans);
    }

    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    LagMonitor lagwiseLagMonitor(RoutingPostProcessor routing) {
        return routing.dataSource().lagMonitor();
    }
}

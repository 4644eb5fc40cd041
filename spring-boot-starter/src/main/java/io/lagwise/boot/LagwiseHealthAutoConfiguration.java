package io.lagwise.boot;

import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.health.DataSourceHealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Replaces Boot's {@code db} health, so that readers do not decide the status.
 *
 * <p>The writer decides. Other data sources of the application are checked as Boot does.
 */
@AutoConfiguration(
        after = LagwiseAutoConfiguration.class,
        beforeName = "org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration")
@ConditionalOnClass({DataSourceHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(RoutingPostProcessor.class)
@ConditionalOnEnabledHealthIndicator("db")
public final class LagwiseHealthAutoConfiguration {
    /** Called by Spring. */
    LagwiseHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = {"dbHealthIndicator", "dbHealthContributor"})
    HealthContributor dbHealthContributor(ConfigurableListableBeanFactory beans) {
        Map<String, DataSource> all =
                SimpleAutowireCandidateResolver.resolveAutowireCandidates(beans, DataSource.class, false, true);
        return all.size() == 1
                ? health(all.values().iterator().next())
                : CompositeHealthContributor.fromMap(all, LagwiseHealthAutoConfiguration::health);
    }

    private static HealthIndicator health(DataSource source) {
        return Routed.behind(source)
                .<HealthIndicator>map(RoutedHealth::new)
                .orElseGet(() -> new DataSourceHealthIndicator(source));
    }
}

package io.lagwise.boot;

import java.util.function.Supplier;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;

/**
 * Gives Flyway the writer's view where it would use the routed data source.
 *
 * <p>Where it has a user of its own but no URL, it gets the writer's, which Boot cannot take from a routed data source.
 */
final class FlywayOnWriter implements FlywayConfigurationCustomizer, BeanPostProcessor {
    private final Supplier<@Nullable String> writerUrl;

    FlywayOnWriter(Supplier<@Nullable String> writerUrl) {
        this.writerUrl = writerUrl;
    }

    @Override
    public void customize(FluentConfiguration flyway) {
        Routed.behind(flyway.getDataSource()).ifPresent(routed -> flyway.dataSource(routed.writerView()));
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof FlywayProperties flyway && flyway.getUser() != null && flyway.getUrl() == null) {
            flyway.setUrl(writerUrl.get());
        }
        return bean;
    }
}

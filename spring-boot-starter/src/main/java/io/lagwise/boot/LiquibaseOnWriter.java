package io.lagwise.boot;

import java.util.function.Supplier;
import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;

/**
 * Gives Liquibase the writer's view where it would use the routed data source.
 *
 * <p>Where it has a user of its own but no URL, it gets the writer's, which Boot cannot take from a routed data source.
 */
final class LiquibaseOnWriter implements BeanPostProcessor {
    private final Supplier<@Nullable String> writerUrl;

    LiquibaseOnWriter(Supplier<@Nullable String> writerUrl) {
        this.writerUrl = writerUrl;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof SpringLiquibase liquibase) {
            Routed.behind(liquibase.getDataSource()).ifPresent(routed -> liquibase.setDataSource(routed.writerView()));
        }
        return bean;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof LiquibaseProperties liquibase
                && liquibase.getUser() != null
                && liquibase.getUrl() == null) {
            liquibase.setUrl(writerUrl.get());
        }
        return bean;
    }
}

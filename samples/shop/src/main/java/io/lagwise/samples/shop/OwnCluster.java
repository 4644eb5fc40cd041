package io.lagwise.samples.shop;

import io.lagwise.testkit.PostgresClusterInitializer;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts a writer and two readers where the shop is not given any. */
final class OwnCluster implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        if (!context.getEnvironment().containsProperty("spring.datasource.url")) {
            new PostgresClusterInitializer().initialize(context);
        }
    }
}

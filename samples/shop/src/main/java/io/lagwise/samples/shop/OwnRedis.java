package io.lagwise.samples.shop;

import io.lagwise.testkit.RedisServer;
import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Lets several shops share a Redis, and starts one where they are not given any. */
final class OwnRedis implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final String BEAN = "redisServer";
    private static final String ADDRESS = "lagwise.redis.address";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        if (Instances.of(environment) == 1) {
            return;
        }
        String address = environment.getProperty(ADDRESS);
        if (address == null) {
            RedisServer redis = RedisServer.builder().start();
            context.addBeanFactoryPostProcessor(factory -> register(redis, factory));
            address = redis.address();
        }
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(BEAN, Map.of(ADDRESS, address, "shop.coordination", "redis")));
    }

    private static void register(RedisServer redis, ConfigurableListableBeanFactory factory) {
        factory.registerSingleton(BEAN, redis);
        ((DefaultSingletonBeanRegistry) factory).registerDisposableBean(BEAN, redis::close);
    }
}

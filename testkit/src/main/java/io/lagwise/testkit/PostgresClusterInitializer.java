package io.lagwise.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts a {@link PostgresCluster} and points a Spring application at it.
 *
 * <p>Sets {@code spring.datasource.url}, {@code username} and {@code password} to the writer and
 * {@code lagwise.readers.reader-1.*} and so on to the readers, over all other property sources. The cluster is a bean
 * and is closed with the context, after everything that uses it. The property {@value #READERS} tells how many readers
 * there are; two by default.
 */
public final class PostgresClusterInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    /** The property with the number of readers. */
    public static final String READERS = "lagwise.testkit.readers";

    private static final String BEAN = "postgresCluster";
    private static final int DEFAULT_READERS = 2;

    /** Makes an initializer whose cluster is described by properties. */
    public PostgresClusterInitializer() {}

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        int readers = context.getEnvironment().getProperty(READERS, Integer.class, DEFAULT_READERS);
        PostgresCluster cluster = PostgresCluster.builder().readers(readers).start();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource(BEAN, properties(cluster)));
        context.addBeanFactoryPostProcessor(factory -> register(cluster, factory));
    }

    /** Beans are destroyed in the reverse order of their registration, so the first one lives longest. */
    private static void register(PostgresCluster cluster, ConfigurableListableBeanFactory factory) {
        factory.registerSingleton(BEAN, cluster);
        ((DefaultSingletonBeanRegistry) factory).registerDisposableBean(BEAN, cluster::close);
    }

    private static Map<String, Object> properties(PostgresCluster cluster) {
        Map<String, Object> properties = new LinkedHashMap<>();
        put(properties, "spring.datasource.", cluster.writerUrl(), cluster.writer());
        List<PostgresNode> readers = cluster.readers();
        for (PostgresNode reader : readers) {
            put(properties, "lagwise.readers." + reader.name() + ".", reader.jdbcUrl(), reader);
        }
        return properties;
    }

    private static void put(Map<String, Object> properties, String prefix, String url, PostgresNode node) {
        properties.put(prefix + "url", url);
        properties.put(prefix + "username", node.username());
        properties.put(prefix + "password", node.password());
    }
}

package io.lagwise.samples.shop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/** Opens as many shops as {@code shop.instances} says, all on the servers of the first one. */
final class Instances {
    private static final String PORT = "server.port";
    private static final int USUAL_PORT = 8080;

    /** What tells where servers are. */
    private static final List<String> SERVERS = List.of("spring.datasource.", "lagwise.");

    private Instances() {}

    static int of(Environment environment) {
        return environment.getProperty("shop.instances", Integer.class, 1);
    }

    /** Returns the open shops; the first one, which has the servers, closes the others before itself. */
    static List<ConfigurableApplicationContext> open(String... args) {
        SpringApplication shop = new SpringApplication(ShopApplication.class);
        shop.addInitializers(new OwnCluster(), new OwnRedis());
        ConfigurableApplicationContext first = shop.run(args);
        List<ConfigurableApplicationContext> open = new ArrayList<>(List.of(first));
        first.addApplicationListener((ApplicationListener<ContextClosedEvent>) event -> {
            if (event.getApplicationContext() == first) {
                open.subList(1, open.size()).forEach(ConfigurableApplicationContext::close);
            }
        });
        for (int number = 1; number < of(first.getEnvironment()); number++) {
            open.add(another(first.getEnvironment(), number, args));
        }
        return open;
    }

    private static ConfigurableApplicationContext another(ConfigurableEnvironment first, int number, String... args) {
        Map<String, Object> settings = servers(first);
        int port = first.getProperty(PORT, Integer.class, USUAL_PORT);
        settings.put(PORT, port == 0 ? 0 : port + number);
        settings.put("spring.sql.init.mode", "never");
        SpringApplication shop = new SpringApplication(ShopApplication.class);
        shop.addInitializers(context ->
                context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("instance", settings)));
        return shop.run(args);
    }

    private static Map<String, Object> servers(ConfigurableEnvironment first) {
        Map<String, Object> settings = new LinkedHashMap<>();
        first.getPropertySources().stream()
                .filter(EnumerablePropertySource.class::isInstance)
                .flatMap(source -> List.of(((EnumerablePropertySource<?>) source).getPropertyNames()).stream())
                .filter(name -> SERVERS.stream().anyMatch(name::startsWith))
                .forEach(name -> settings.put(name, first.getProperty(name)));
        return settings;
    }
}

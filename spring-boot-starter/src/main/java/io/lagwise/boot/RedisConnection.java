package io.lagwise.boot;

import io.lagwise.routing.RoutingConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.misc.RedisURI;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.StringUtils;

/**
 * The way to Redis: a client of our own by address or file, else the application's.
 *
 * <p>No bean of the client's type, so that the application sees none that it did not ask for. Only our own is closed here.
 */
final class RedisConnection implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 1000;
    private static final int ANSWER_TIMEOUT_MILLIS = 1000;

    private final RedissonClient client;
    private final Consumer<RedissonClient> ending;

    private RedisConnection(RedissonClient client, Consumer<RedissonClient> ending) {
        this.client = client;
        this.ending = ending;
    }

    static RedisConnection of(
            LagwiseProperties properties, ResourceLoader resources, ObjectProvider<RedissonClient> clients) {
        LagwiseProperties.Redis redis = properties.redis();
        if (redis.isConfigured()) {
            Config config = StringUtils.hasText(redis.config()) ? byFile(redis, resources) : byAddress(redis.address());
            // An application starts, and answers by its writer, while Redis is away.
            config.setLazyInitialization(true);
            return new RedisConnection(Redisson.create(config), RedissonClient::shutdown);
        }
        RedissonClient own = clients.getIfUnique();
        if (own == null) {
            throw new RoutingConfigurationException(
                    "lagwise.coordination",
                    RoutingView.lower(properties.coordination()),
                    "needs a Redis, and there is none",
                    "Set lagwise.redis.address or lagwise.redis.config, or have one bean of type RedissonClient.");
        }
        return new RedisConnection(own, client -> {});
    }

    private static Config byAddress(String address) {
        if (!isAddress(address)) {
            throw new RoutingConfigurationException(
                    "lagwise.redis.address",
                    withoutCredentials(address),
                    "is not the address of a Redis server",
                    "Use one such as redis://localhost:6379, or rediss://localhost:6379 for TLS.");
        }
        Config config = new Config();
        config.useSingleServer()
                .setAddress(address)
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setTimeout(ANSWER_TIMEOUT_MILLIS)
                .setRetryAttempts(0);
        return config;
    }

    /** As Redisson reads it, though it also takes one that names a user and no port. */
    private static boolean isAddress(String address) {
        try {
            return new RedisURI(address).getPort() >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Leaves out user and password, before the host or among parameters. */
    private static String withoutCredentials(String address) {
        return address.substring(address.lastIndexOf('@') + 1).replaceFirst("\\?.*", "?…");
    }

    private static Config byFile(LagwiseProperties.Redis redis, ResourceLoader resources) {
        String location = redis.config();
        if (StringUtils.hasText(redis.address())) {
            throw new RoutingConfigurationException(
                    "lagwise.redis.address",
                    withoutCredentials(redis.address()),
                    "stands beside lagwise.redis.config, whose addresses count",
                    "Keep one of the two.");
        }
        Resource file = resources.getResource(location);
        try (InputStream yaml = file.getInputStream()) {
            return Config.fromYAML(yaml);
        } catch (IOException e) {
            throw new RoutingConfigurationException(
                    "lagwise.redis.config",
                    location,
                    "cannot be read: " + e.getMessage(),
                    "Name a configuration file of Redisson's, such as classpath:redisson.yaml.");
        }
    }

    RedissonClient client() {
        return client;
    }

    @Override
    public void close() {
        ending.accept(client);
    }
}

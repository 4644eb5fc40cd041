package io.lagwise.boot;

import io.lagwise.redis.Mirroring;
import io.lagwise.redis.Mirroring.Use;
import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import io.lagwise.redis.RedisSettings.OnOutage;
import io.lagwise.redis.ResultSharing;
import io.lagwise.routing.RoutingConfigurationException;
import io.lagwise.spi.TableLedger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Role;
import org.springframework.core.io.ResourceLoader;

/** Lets instances share their records in Redis, where {@code lagwise.redis} or {@code lagwise.coordination} says so. */
@AutoConfiguration(after = LagwiseAutoConfiguration.class)
@ConditionalOnClass({RedisLedger.class, RedissonClient.class})
@Conditional({OnReaders.class, OnSharedRecords.class})
public final class LagwiseRedisAutoConfiguration {
    /** Called by Spring. */
    LagwiseRedisAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(TableLedger.class)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static RedisConnection lagwiseRedisConnection(
            LagwiseProperties properties, ResourceLoader resources, ObjectProvider<RedissonClient> clients) {
        return RedisConnection.of(properties, resources, clients);
    }

    @Bean
    @ConditionalOnMissingBean(TableLedger.class)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static RedisLedger lagwiseRedisLedger(RedisConnection connection, LagwiseProperties properties) {
        return RedisLedger.over(connection.client(), settings(properties));
    }

    private static RedisSettings settings(LagwiseProperties properties) {
        OnOutage onOutage =
                properties.onOutage() == LagwiseProperties.OnOutage.LOCAL ? OnOutage.LOCAL : OnOutage.WRITER;
        @Nullable
        ResultSharing results =
                properties.cache().redisPayload() ? sharing(properties.redis().key()) : null;
        return new RedisSettings(
                budget(properties.redis()), RedisSettings.DEFAULTS.lease(), onOutage, results, mirroring(properties));
    }

    private static Duration budget(LagwiseProperties.Redis properties) {
        Duration budget = properties.budget();
        if (budget.isZero() || budget.isNegative()) {
            throw new RoutingConfigurationException(
                    "lagwise.redis.budget",
                    budget.toString(),
                    "leaves no time to ask Redis",
                    "Use a duration such as 50ms.");
        }
        return budget;
    }

    private static @Nullable Mirroring mirroring(LagwiseProperties properties) {
        if (!properties.arePushed()) {
            return null;
        }
        boolean reads = properties.coordination() == LagwiseProperties.Coordination.REDIS_PUSHED;
        try {
            return new Mirroring(reads ? Use.READS : Use.RESULTS, properties.maxStaleness());
        } catch (IllegalArgumentException e) {
            throw new RoutingConfigurationException(
                    "lagwise.max-staleness",
                    properties.maxStaleness().toString(),
                    "is too short to be kept",
                    "Use 100ms or more.");
        }
    }

    private static ResultSharing sharing(String key) {
        try {
            return new ResultSharing(key);
        } catch (IllegalArgumentException e) {
            throw new RoutingConfigurationException(
                    "lagwise.redis.key",
                    "of " + key.length() + " characters",
                    "is too short to be safe",
                    "Generate at least " + ResultSharing.SHORTEST_KEY
                            + " characters at random, the same for all instances.");
        }
    }
}

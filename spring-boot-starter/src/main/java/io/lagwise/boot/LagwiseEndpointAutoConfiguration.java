package io.lagwise.boot;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Offers the Actuator endpoint {@code lagwise}. */
@AutoConfiguration(after = LagwiseAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(RoutingPostProcessor.class)
@ConditionalOnAvailableEndpoint(endpoint = LagwiseEndpoint.class)
public final class LagwiseEndpointAutoConfiguration {
    /** Called by Spring. */
    LagwiseEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    LagwiseEndpoint lagwiseEndpoint(RoutingPostProcessor routing, LagwiseProperties properties) {
        return new LagwiseEndpoint(routing.dataSource(), properties);
    }
}

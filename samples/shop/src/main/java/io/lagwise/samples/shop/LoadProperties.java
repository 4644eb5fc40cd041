package io.lagwise.samples.shop;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How busy the shop is by itself.
 *
 * @param enabled Whether customers come.
 * @param customers How many customers there are at a time.
 * @param pause How long a customer thinks between two visits.
 */
@ConfigurationProperties("shop.load")
record LoadProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("4") int customers,
        @DefaultValue("25ms") Duration pause) {}

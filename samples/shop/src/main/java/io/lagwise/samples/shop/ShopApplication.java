package io.lagwise.samples.shop;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts the shop. */
@SpringBootApplication
@EnableConfigurationProperties(LoadProperties.class)
public class ShopApplication {
    /** Starts the shop, on servers of its own where no {@code spring.datasource.url} is given. */
    public static void main(String[] args) {
        Instances.open(args);
    }
}

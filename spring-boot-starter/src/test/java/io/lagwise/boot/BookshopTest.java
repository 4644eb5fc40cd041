package io.lagwise.boot;

import io.lagwise.boot.bookshop.Bookshop;
import io.lagwise.testkit.PostgresClusterInitializer;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.ContextConfiguration;

/** The bookshop on a writer and two readers; shared by all classes that ask for it. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = Bookshop.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.sql.init.schema-locations=classpath:bookshop-schema.sql",
            "spring.sql.init.mode=always",
            "spring.datasource.hikari.pool-name=writers",
            "spring.jpa.hibernate.ddl-auto=none",
            "spring.jpa.open-in-view=true",
            "spring.flyway.enabled=false",
            "spring.liquibase.enabled=false",
            "lagwise.coordination=single",
            "management.endpoints.web.exposure.include=lagwise,health,metrics",
            "management.endpoint.health.show-details=always"
        })
@ContextConfiguration(initializers = PostgresClusterInitializer.class)
@interface BookshopTest {}

package io.lagwise.boot;

import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.routing.RoutingDataSource;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Contexts whose servers nobody ever starts. */
final class Contexts {
    /** Nobody listens there. */
    static final String NOWHERE = "jdbc:postgresql://127.0.0.1:1/app";

    /** For what happens at once unless the machine is busy with other things. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Names a reader. */
    static final String READER = "lagwise.readers.reader-1.url=" + NOWHERE;

    private Contexts() {}

    /** Returns a runner with a writer, but without readers. */
    static ApplicationContextRunner withWriter() {
        return writer(empty());
    }

    /** Returns a runner with a writer and nothing else. */
    static ApplicationContextRunner withWriterOnly() {
        return writer(new ApplicationContextRunner());
    }

    private static ApplicationContextRunner writer(ApplicationContextRunner runner) {
        return runner.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                .withPropertyValues(
                        "spring.datasource.url=" + NOWHERE,
                        "spring.datasource.username=ann",
                        "spring.datasource.password=secret");
    }

    /** Returns a runner without any data source. */
    static ApplicationContextRunner empty() {
        return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LagwiseAutoConfiguration.class));
    }

    static RoutingDataSource routed(ApplicationContext context) {
        return (RoutingDataSource) context.getBean(DataSource.class);
    }

    static List<HikariDataSource> readerPools(ApplicationContext context) {
        return context.getBean(RoutingPostProcessor.class).routing().readerPools();
    }
}

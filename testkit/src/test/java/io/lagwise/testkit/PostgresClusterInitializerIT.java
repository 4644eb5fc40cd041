package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

class PostgresClusterInitializerIT {
    @Test
    void applicationFindsItsDatabasesAndTakesThemDownWithIt() {
        SpringApplication application = new SpringApplication(Application.class);
        application.addInitializers(new PostgresClusterInitializer());
        application.setDefaultProperties(
                Map.of(PostgresClusterInitializer.READERS, "1", "spring.datasource.url", "jdbc:nothing"));
        PostgresCluster cluster;
        try (ConfigurableApplicationContext context = application.run()) {
            cluster = context.getBean(PostgresCluster.class);
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            jdbc.execute("CREATE TABLE t (id serial)");
            cluster.awaitReaders();

            assertThat(jdbc.queryForObject("SELECT current_setting('port')::int", Integer.class))
                    .isEqualTo(cluster.writer().port());
            assertReaderIn(context.getEnvironment(), cluster);
            assertThat(context.getEnvironment().containsProperty("lagwise.readers.reader-2.url"))
                    .isFalse();
            // Written by a bean on its way down, when the cluster must still be there.
            context.getBean(Farewell.class).cluster = cluster;
        }
        assertThat(Farewell.rowsAtTheEnd).isEqualTo(1);
        assertThat(cluster.nodes()).noneMatch(PostgresNode::running);
    }

    private static void assertReaderIn(Environment environment, PostgresCluster cluster) {
        assertThat(environment.getProperty("lagwise.readers.reader-1.url"))
                .isEqualTo(cluster.reader(0).jdbcUrl());
        assertThat(environment.getProperty("lagwise.readers.reader-1.username")).isEqualTo("app");
        assertThat(environment.getProperty("lagwise.readers.reader-1.password")).isEqualTo("app");
    }

    @Nested
    @SpringJUnitConfig(classes = Application.class, initializers = PostgresClusterInitializer.class)
    class OfATest {
        @Autowired
        private PostgresCluster cluster;

        @Autowired
        private DataSource dataSource;

        @Test
        void hasTheClusterAndADataSourceOnItsWriter() {
            assertThat(cluster.readers()).hasSize(2);
            assertThat(new Jdbc(dataSource).text("SELECT current_setting('port')"))
                    .isEqualTo(Integer.toString(cluster.writer().port()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        Farewell farewell(JdbcTemplate jdbc) {
            return new Farewell(jdbc);
        }
    }

    static final class Farewell implements AutoCloseable {
        private static long rowsAtTheEnd;
        private final JdbcTemplate jdbc;
        private PostgresCluster cluster;

        Farewell(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Override
        public void close() {
            if (cluster != null) {
                jdbc.execute("INSERT INTO t DEFAULT VALUES");
                rowsAtTheEnd = Jdbc.on(cluster.writer()).number("SELECT count(*) FROM t");
            }
        }
    }
}

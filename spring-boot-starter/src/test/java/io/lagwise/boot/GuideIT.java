package io.lagwise.boot;

import static io.lagwise.boot.Contexts.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.LagIgnore;
import io.lagwise.RouteDecision;
import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.UseWriter;
import io.lagwise.boot.bookshop.Decisions;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.spi.RoutingListener;
import io.lagwise.spi.RoutingPolicy;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Holds the code that docs/getting-started.md shows. */
@PostgresReplication(readers = 2)
class GuideIT {
    private static final String NAMES = "select name from product";

    private final PostgresCluster cluster;

    GuideIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    static void fill(PostgresCluster cluster) {
        JdbcTemplate writer = new JdbcTemplate(cluster.writer().dataSource());
        writer.execute("create table product (name text)");
        writer.update("insert into product values ('tent')");
        cluster.awaitReaders();
    }

    private static void awaitReaders(RoutingDataSource routing) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(routing.explain(NAMES).decision().reason()).isEqualTo(RouteReason.READER_FRESH));
    }

    private ApplicationContextRunner onCluster() {
        PostgresNode writer = cluster.writer();
        return Contexts.withWriter()
                .withConfiguration(AutoConfigurations.of(
                        LagwiseAnnotationsAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
                .withBean(Decisions.class)
                .withPropertyValues(
                        "spring.datasource.url=" + writer.jdbcUrl(),
                        "spring.datasource.username=" + writer.username(),
                        "spring.datasource.password=" + writer.password(),
                        "lagwise.readers.reader-1.url=" + cluster.reader(0).jdbcUrl(),
                        "lagwise.readers.reader-2.url=" + cluster.reader(1).jdbcUrl());
    }

    @Test
    void annotations() {
        onCluster().withBean(Products.class).run(context -> {
            awaitReaders(Contexts.routed(context));
            Decisions decisions = context.getBean(Decisions.class);
            decisions.forget();
            assertThat(context.getBean(Products.class).report()).containsExactly("tent");
            assertThat(decisions.reasons()).containsExactly(RouteReason.LAG_IGNORED);
            decisions.forget();
            assertThat(context.getBean(Products.class).audit()).containsExactly("tent");
            assertThat(decisions.reasons()).containsExactly(RouteReason.HINT_WRITER);
        });
    }

    static class Products {
        private final JdbcTemplate jdbc;

        Products(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @LagIgnore
        public List<String> report() {
            return jdbc.queryForList("select name from product", String.class);
        }

        @UseWriter
        public List<String> audit() {
            return jdbc.queryForList("select name from product", String.class);
        }
    }

    @Test
    void policyListenerAndWritersView() {
        onCluster().withUserConfiguration(RoutingParts.class).run(context -> {
            awaitReaders(Contexts.routed(context));
            Decisions decisions = context.getBean(Decisions.class);
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            decisions.forget();
            for (int i = 0; i < 20; i++) {
                jdbc.queryForList(NAMES);
            }
            assertThat(decisions.nodes()).containsExactly("reader-2");
            decisions.forget();
            new JdbcTemplate(context.getBean("schedulerDataSource", DataSource.class)).queryForList(NAMES);
            assertThat(decisions.reasons()).containsExactly(RouteReason.WRITER_VIEW);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class RoutingParts {
        private static final Logger log = LoggerFactory.getLogger(RoutingParts.class);

        @Bean
        RoutingPolicy lastReader() {
            return candidates -> candidates.size() - 1;
        }

        @Bean
        RoutingListener decisionLog() {
            return new RoutingListener() {
                @Override
                public void routed(RouteDecision decision) {
                    log.debug("{} because of {}", decision.node(), decision.reason());
                }
            };
        }

        @Bean(defaultCandidate = false)
        DataSource schedulerDataSource(DataSource dataSource) throws SQLException {
            return dataSource.unwrap(RoutingDataSource.class).writerView();
        }
    }

    @Test
    void withoutSpringBoot() throws Exception {
        try (HikariDataSource writerPool = pool(cluster.writer());
                HikariDataSource readerPool = pool(cluster.reader(0))) {
            RoutingDataSource routing = RoutingDataSource.builder()
                    .writer(writerPool)
                    .reader("reader-1", readerPool)
                    .build();
            JdbcTemplate jdbc = new JdbcTemplate(routing);
            awaitReaders(routing);
            List<String> names =
                    RoutingHints.lagIgnore().call(() -> jdbc.queryForList("select name from product", String.class));
            assertThat(names).containsExactly("tent");
            assertThat(routing.status().readers().get(0).decisions()).containsKey(RouteReason.LAG_IGNORED);
            routing.close();
        }
    }

    private static HikariDataSource pool(PostgresNode node) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(node.jdbcUrl());
        pool.setUsername(node.username());
        pool.setPassword(node.password());
        return pool;
    }
}

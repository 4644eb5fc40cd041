package io.lagwise.boot;

import static io.lagwise.boot.Contexts.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.boot.bookshop.Decisions;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import javax.sql.DataSource;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

@PostgresReplication(readers = 1)
class MigrationIT {
    private final PostgresCluster cluster;

    MigrationIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void empty() {
        JdbcTemplate jdbc = new JdbcTemplate(cluster.writer().dataSource());
        jdbc.execute("drop schema public cascade");
        jdbc.execute("create schema public");
    }

    private ApplicationContextRunner onCluster() {
        PostgresNode writer = cluster.writer();
        return Contexts.withWriter()
                .withConfiguration(AutoConfigurations.of(
                        LagwiseMigrationAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
                .withBean(Decisions.class)
                .withPropertyValues(
                        "spring.datasource.url=" + writer.jdbcUrl(),
                        "spring.datasource.username=" + writer.username(),
                        "spring.datasource.password=" + writer.password(),
                        "lagwise.readers.reader-1.url=" + cluster.reader(0).jdbcUrl());
    }

    private static void assertMigratedThroughTheWritersView(ApplicationContext context, String table) {
        assertThat(context.getBeansOfType(DataSource.class)).hasSize(1);
        assertThat(context.getBean(Decisions.class).reasons()).containsExactly(RouteReason.WRITER_VIEW);
        RoutingDataSource routing = (RoutingDataSource) context.getBean(DataSource.class);
        String count = "select count(*) from " + table;
        assertThat(context.getBean(JdbcTemplate.class).queryForObject(count, Integer.class))
                .isEqualTo(2);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(routing.explain(count).decision().reason()).isEqualTo(RouteReason.READER_FRESH));
    }

    @Test
    void flywayMigratesThroughTheWritersView() {
        onCluster()
                .withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
                .withPropertyValues("spring.flyway.locations=classpath:flyway")
                .run(context -> {
                    assertThat(context).hasSingleBean(Flyway.class);
                    assertMigratedThroughTheWritersView(context, "by_flyway");
                });
    }

    @Test
    void flywaysOwnUrlStays() {
        onCluster()
                .withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
                .withPropertyValues(
                        "spring.flyway.locations=classpath:flyway",
                        "spring.flyway.url=" + cluster.writer().jdbcUrl(),
                        "spring.flyway.user=" + cluster.writer().username(),
                        "spring.flyway.password=" + cluster.writer().password())
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Decisions.class).reasons()).isEmpty();
                });
    }

    @Test
    void flywaysOwnUserStays() {
        onCluster()
                .withConfiguration(AutoConfigurations.of(FlywayAutoConfiguration.class))
                .withPropertyValues(
                        "spring.flyway.locations=classpath:flyway",
                        "spring.flyway.user=" + cluster.writer().username(),
                        "spring.flyway.password=" + cluster.writer().password())
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Decisions.class).reasons()).isEmpty();
                });
    }

    @Test
    void liquibasesOwnUserStays() {
        onCluster()
                .withConfiguration(AutoConfigurations.of(LiquibaseAutoConfiguration.class))
                .withPropertyValues(
                        "spring.liquibase.change-log=classpath:liquibase/changelog.sql",
                        "spring.liquibase.user=" + cluster.writer().username(),
                        "spring.liquibase.password=" + cluster.writer().password())
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Decisions.class).reasons()).isEmpty();
                });
    }

    @Test
    void liquibaseMigratesThroughTheWritersView() {
        onCluster()
                .withConfiguration(AutoConfigurations.of(LiquibaseAutoConfiguration.class))
                .withPropertyValues("spring.liquibase.change-log=classpath:liquibase/changelog.sql")
                .run(context -> {
                    assertThat(context).hasSingleBean(SpringLiquibase.class);
                    assertMigratedThroughTheWritersView(context, "by_liquibase");
                });
    }
}

package io.lagwise.boot;

import static io.lagwise.boot.Contexts.NOWHERE;
import static io.lagwise.boot.Contexts.PATIENCE;
import static io.lagwise.boot.Contexts.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteDecision.Target;
import io.lagwise.spi.LagMonitor;
import io.lagwise.spi.ReaderLag;
import io.lagwise.spi.ReaderLag.State;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

@PostgresReplication(readers = 1)
@ExtendWith(OutputCaptureExtension.class)
class UnreachableServersIT {
    private final PostgresCluster cluster;

    UnreachableServersIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    private ApplicationContextRunner onCluster() {
        PostgresNode writer = cluster.writer();
        return Contexts.withWriter()
                .withConfiguration(AutoConfigurations.of(JdbcTemplateAutoConfiguration.class))
                .withPropertyValues(
                        "spring.datasource.url=" + writer.jdbcUrl(),
                        "spring.datasource.username=" + writer.username(),
                        "spring.datasource.password=" + writer.password(),
                        "spring.datasource.hikari.connection-timeout=1000");
    }

    @Test
    void anApplicationStartsWithoutAnyReaderAndSaysSoOnce(CapturedOutput output) {
        onCluster().withPropertyValues(READER).run(context -> {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            assertThat(jdbc.queryForObject("select 1", Integer.class)).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> output.getOut().contains("Reader reader-1 does not answer"));
            await().during(Duration.ofSeconds(3))
                    .untilAsserted(() -> assertThat(output.getOut()).containsOnlyOnce("reader-1 does not answer"));
            assertThat(jdbc.queryForObject("select 1", Integer.class)).isEqualTo(1);
        });
    }

    @Test
    void aReaderThatComesUpLaterIsUsed() {
        PostgresNode reader = cluster.reader(0);
        reader.stop();
        try {
            onCluster()
                    .withPropertyValues("lagwise.readers.reader-1.url=" + reader.jdbcUrl())
                    .run(context -> {
                        LagMonitor monitor = context.getBean(LagMonitor.class);
                        context.getBean(JdbcTemplate.class).execute("create table late (n integer)");
                        assertThat(state(monitor)).isEqualTo(State.DOWN);
                        reader.start();
                        await().atMost(PATIENCE).until(() -> state(monitor) == State.AVAILABLE);
                        await().atMost(PATIENCE).untilAsserted(() -> assertThat(Contexts.routed(context)
                                        .explain("select n from late")
                                        .decision()
                                        .node())
                                .isEqualTo("reader-1"));
                    });
        } finally {
            reader.start();
        }
    }

    @Test
    void whileTheWriterIsDownReadersAnswerAndTheDatabaseIsDown() {
        onCluster()
                .withConfiguration(AutoConfigurations.of(LagwiseHealthAutoConfiguration.class))
                .withPropertyValues(
                        "lagwise.coordination=single",
                        "lagwise.readers.reader-1.url=" + cluster.reader(0).jdbcUrl())
                .run(context -> {
                    JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
                    HealthIndicator health = context.getBean(HealthIndicator.class);
                    jdbc.execute("create table kept (n integer)");
                    await().atMost(PATIENCE)
                            .until(() -> Contexts.routed(context)
                                            .explain("select n from kept")
                                            .decision()
                                            .target()
                                    == Target.READER);
                    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
                    cluster.writer().stop();
                    try {
                        assertThat(jdbc.queryForList("select n from kept")).isEmpty();
                        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
                        assertThat(health.health().getDetails()).containsKey("readers");
                        assertThat(failureOfQuery(jdbc)).isNotNull();
                    } finally {
                        cluster.writer().start();
                    }
                });
    }

    private static State state(LagMonitor monitor) {
        ReaderLag lag = monitor.latest().readers().get(0);
        return lag.state();
    }

    @Test
    void withoutTheWriterAnApplicationFailsAsItWouldWithoutRouting() {
        ApplicationContextRunner away = onCluster().withPropertyValues("spring.datasource.url=" + NOWHERE);
        Throwable[] failures = new Throwable[2];
        away.run(context -> failures[0] = failureOfQuery(context.getBean(JdbcTemplate.class)));
        away.withPropertyValues(
                        "lagwise.readers.reader-1.url=" + cluster.reader(0).jdbcUrl())
                .run(context -> failures[1] = failureOfQuery(context.getBean(JdbcTemplate.class)));
        assertThat(failures[0]).isNotNull();
        assertThat(failures[1]).hasRootCauseInstanceOf(rootOf(failures[0]).getClass());
    }

    private static Throwable failureOfQuery(JdbcTemplate jdbc) {
        return catchThrowable(() -> jdbc.update("delete from nothing"));
    }

    private static Throwable rootOf(Throwable failure) {
        return failure.getCause() == null ? failure : rootOf(failure.getCause());
    }
}

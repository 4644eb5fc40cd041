package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A writer whose log cannot be decoded: that is said, and nothing else changes. */
@PostgresReplication(readers = 1, settings = "wal_level=replica")
class UnstreamableWriterIT {
    private final PostgresCluster cluster;

    UnstreamableWriterIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void theRemedyIsNamedAndStatementsAreAnswered() throws SQLException {
        try (PostgresRouting routing = new PostgresRouting(
                        cluster, pools -> {}, builder -> builder.externalWrites(ExternalWrites.STREAM))
                .prepare()) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                            Objects.requireNonNull(routing.dataSource().status().externalWrites())
                                    .state())
                    .isEqualTo("unavailable: wal_level is replica; set wal_level = logical and restart the writer"));
            try (Connection connection = routing.connection()) {
                assertThat(PostgresRouting.number(connection, "select count(*) from item"))
                        .isEqualTo(5);
            }
        }
    }

    @Test
    void nothingIsStreamedWhereEachReadAsksTheWriter() throws SQLException {
        try (PostgresRouting routing = new PostgresRouting(
                        cluster, pools -> {}, builder -> builder.externalWrites(ExternalWrites.STREAM)
                                .coordination(Coordination.WRITER))
                .prepare()) {
            assertThat(routing.dataSource().status().externalWrites()).isNull();
        }
    }
}

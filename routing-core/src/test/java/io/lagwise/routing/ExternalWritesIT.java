package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lagwise.RoutingHints;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@PostgresReplication(readers = 1)
class ExternalWritesIT {
    /** Counters arrive one to ten seconds after a commit, and are looked at each second. */
    private static final Duration BOUND = Duration.ofSeconds(13);

    private static final String SUM = "select coalesce(sum(n), 0) from item";

    private final PostgresCluster cluster;

    ExternalWritesIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    private void outside(String sql) throws SQLException {
        try (Connection connection = cluster.writer().adminDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long read(PostgresRouting routing, String sql) throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open();
                Connection connection = routing.connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void keep(PostgresRouting routing, String sql) {
        await().atMost(BOUND).until(() -> {
            read(routing, sql);
            return routing.last().node().equals("cache");
        });
    }

    @Test
    void whatWasToldIsSeenAtOnce() throws SQLException {
        try (PostgresRouting routing = new PostgresRouting(cluster).prepare()) {
            keep(routing, SUM);
            long before = read(routing, SUM);
            outside("update item set n = n + 1");
            assertThat(read(routing, SUM)).as("nobody told").isEqualTo(before);
            routing.dataSource().invalidate("item");
            assertThat(read(routing, SUM)).isGreaterThan(before);
            assertThatThrownBy(() -> routing.dataSource().invalidate("itme"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("itme");
        }
    }

    @Test
    void whatIsCountedIsSeenWithinSeconds() throws SQLException {
        try (PostgresRouting routing = new PostgresRouting(
                        cluster, pools -> {}, builder -> builder.externalWrites(ExternalWrites.POLL))
                .prepare()) {
            keep(routing, SUM);
            long before = read(routing, SUM);
            outside("update item set n = n + 1");
            await().atMost(BOUND).until(() -> read(routing, SUM) > before);
            keep(routing, SUM);
            outside("truncate item");
            await().atMost(BOUND).until(() -> read(routing, SUM) == 0);
        }
    }
}

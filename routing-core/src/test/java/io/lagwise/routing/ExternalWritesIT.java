package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
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

    @Test
    void whatWasToldIsSeenAtOnce() throws SQLException {
        try (PostgresRouting routing = new PostgresRouting(cluster).prepare()) {
            routing.awaitKept(SUM);
            long before = routing.readKept(SUM);
            outside("update item set n = n + 1");
            assertThat(routing.readKept(SUM)).as("nobody told").isEqualTo(before);
            routing.dataSource().invalidate("item");
            assertThat(routing.readKept(SUM)).isGreaterThan(before);
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
            routing.awaitKept(SUM);
            long before = routing.readKept(SUM);
            outside("update item set n = n + 1");
            await().atMost(BOUND).until(() -> routing.readKept(SUM) > before);
            routing.awaitKept(SUM);
            outside("truncate item");
            await().atMost(BOUND).until(() -> routing.readKept(SUM) == 0);
        }
    }

    @Test
    void noConnectionOfAPlainDataSourceIsLeft() throws SQLException {
        String connections = "select count(*) from pg_stat_activity where usename = 'app' and query like '%pg_class%'";
        try (RoutingDataSource routing = RoutingDataSource.builder()
                        .coordination(Coordination.SINGLE)
                        .writer(cluster.writer().dataSource())
                        .reader("reader", cluster.reader(0).dataSource())
                        .externalWrites(ExternalWrites.POLL)
                        .build();
                Connection admin = cluster.writer().adminDataSource().getConnection()) {
            await().atMost(BOUND).until(() -> PostgresRouting.number(admin, connections) > 0);
            routing.close();
            await().atMost(BOUND).until(() -> PostgresRouting.number(admin, connections) == 0);
        }
    }
}

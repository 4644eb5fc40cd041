package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RoutingHints;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The stream follows the writer, whose slot is not replicated. */
@PostgresReplication(readers = 2)
class StreamPromotionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SUM = "select coalesce(sum(n), 0) from item";

    private final PostgresCluster cluster;

    StreamPromotionIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void writesOfOthersOnTheNewWriterAreSeen() throws SQLException {
        PostgresNode former = cluster.writer();
        outside("alter role app replication");
        outside("create publication lagwise for all tables");
        outside("create table item (id int primary key, n int)");
        outside("grant all on item to app");
        outside("insert into item values (1, 1)");
        cluster.awaitReaders();
        try (RoutingDataSource routing = RoutingDataSource.builder()
                .coordination(Coordination.SINGLE)
                .writer(writer())
                .reader("promoted", cluster.reader(0).dataSource())
                .reader("remaining", cluster.reader(1).dataSource())
                .externalWrites(ExternalWrites.STREAM)
                .build()) {
            awaitStreaming(routing);
            assertSeen(routing, "insert into item values (2, 5)");
            former.demote();
            cluster.awaitReaders();
            cluster.promote(cluster.reader(0));
            former.kill();
            await().atMost(PATIENCE).until(() -> epoch(routing) == 2);
            awaitStreaming(routing);
            assertSeen(routing, "insert into item values (3, 7)");
        }
    }

    private static long epoch(RoutingDataSource routing) {
        return Objects.requireNonNull(routing.lagMonitor().latest().epoch()).timeline();
    }

    private static void awaitStreaming(RoutingDataSource routing) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        Objects.requireNonNull(routing.status().externalWrites())
                                .state())
                .isEqualTo("streaming"));
    }

    private void assertSeen(RoutingDataSource routing, String write) throws SQLException {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> isKept(routing));
        outside(write);
        long now;
        try (Connection connection = cluster.writer().adminDataSource().getConnection()) {
            now = PostgresRouting.number(connection, SUM);
        }
        await().atMost(PATIENCE).ignoreExceptions().until(() -> read(routing) == now);
    }

    private static boolean isKept(RoutingDataSource routing) throws SQLException {
        long before = hits(routing);
        read(routing);
        return hits(routing) > before;
    }

    private static long hits(RoutingDataSource routing) {
        return Objects.requireNonNull(routing.status().cache()).hits();
    }

    private static long read(RoutingDataSource routing) throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open();
                Connection connection = routing.getConnection()) {
            return PostgresRouting.number(connection, SUM);
        }
    }

    private void outside(String sql) throws SQLException {
        try (Connection connection = cluster.writer().adminDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private PGSimpleDataSource writer() {
        PGSimpleDataSource writer = new PGSimpleDataSource();
        writer.setUrl(cluster.writerUrl());
        writer.setUser(cluster.writer().username());
        writer.setPassword(cluster.writer().password());
        return writer;
    }
}

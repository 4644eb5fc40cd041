package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.RouteDecision;
import io.lagwise.RouteDecision.Target;
import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.spi.RoutingListener;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

@PostgresReplication(readers = 2)
class RoutingDataSourceIT {
    private final PostgresCluster cluster;
    private HikariDataSource writer;
    private HikariDataSource first;
    private HikariDataSource second;
    private RoutingDataSource routing;
    private JdbcTemplate jdbc;
    private volatile RouteDecision last;

    RoutingDataSourceIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void open() {
        writer = pool(cluster.writer());
        first = pool(cluster.reader(0));
        second = pool(cluster.reader(1));
        routing = RoutingDataSource.builder()
                .coordination(Coordination.SINGLE)
                .writer(writer)
                .reader("first", first)
                .reader("second", second)
                .listener(new RoutingListener() {
                    @Override
                    public void routed(RouteDecision decision) {
                        last = decision;
                    }
                })
                .build();
        jdbc = new JdbcTemplate(routing);
        jdbc.execute("create table if not exists item (id int primary key, n int)");
        jdbc.execute("create table if not exists other (id int primary key, n int)");
        jdbc.update("insert into item values (1, 0) on conflict do nothing");
    }

    @AfterEach
    void close() {
        List.of(routing, writer, first, second).forEach(RoutingDataSourceIT::close);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static HikariDataSource pool(PostgresNode node) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(node.jdbcUrl());
        config.setUsername(node.username());
        config.setPassword(node.password());
        config.setMaximumPoolSize(4);
        config.setConnectionTimeout(500);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private RouteReason reasonNow(String sql) {
        return routing.explain(sql).decision().reason();
    }

    private void awaitFresh(String sql) {
        await().untilAsserted(() -> assertThat(reasonNow(sql)).isEqualTo(RouteReason.READER_FRESH));
    }

    @Test
    void readsGoToReadersOnceTheyHaveWhatIsRead() {
        awaitFresh("select n from item where id = 1");
        jdbc.queryForObject("select n from item where id = ?", Integer.class, 1);
        assertThat(last.target()).isEqualTo(Target.READER);
    }

    @Test
    void aTableMadeByOthersIsKnownSoonAfterItIsFirstRead() throws SQLException {
        awaitFresh("select n from item");
        try (Connection outside = cluster.writer().dataSource().getConnection();
                Statement statement = outside.createStatement()) {
            statement.execute("drop table if exists made_by_others");
            statement.execute("create table made_by_others as select 1 as n");
        }
        assertThat(reasonNow("select n from made_by_others")).isEqualTo(RouteReason.UNKNOWN_RELATION);
        awaitFresh("select n from made_by_others");
    }

    @Test
    void aChangeOfTheSchemaByOthersCountsAsAWriteOfEverything() throws SQLException {
        awaitFresh("select n from item");
        cluster.readers().forEach(PostgresNode::pauseReplay);
        try (Connection outside = cluster.writer().dataSource().getConnection();
                Statement statement = outside.createStatement()) {
            statement.execute("drop view if exists items");
            statement.execute("create view items as select n from item");
            // Whoever asks for what is not known has the catalog read.
            await().until(() -> reasonNow("select n from items") == RouteReason.READERS_BEHIND);
            assertThat(reasonNow("select n from item")).isEqualTo(RouteReason.READERS_BEHIND);
        } finally {
            cluster.readers().forEach(PostgresNode::resumeReplay);
        }
        awaitFresh("select n from items");
    }

    @Test
    void aReadAfterAWriteGoesToTheWriterUntilAReaderHasIt() {
        awaitFresh("select n from item");
        cluster.readers().forEach(PostgresNode::pauseReplay);
        try {
            jdbc.update("update item set n = n + 1 where id = 1");
            jdbc.queryForList("select n from item");
            assertThat(last.target()).isEqualTo(Target.WRITER);
            jdbc.queryForList("select n from other");
            assertThat(last.target()).isEqualTo(Target.READER);
        } finally {
            cluster.readers().forEach(PostgresNode::resumeReplay);
        }
        awaitFresh("select n from item");
    }

    @Test
    void lagIgnoringReadsGoToAReaderAnyway() {
        awaitFresh("select n from item");
        cluster.readers().forEach(PostgresNode::pauseReplay);
        try {
            jdbc.update("update item set n = n + 1 where id = 1");
            RoutingHints.lagIgnore().run(() -> jdbc.queryForList("select n from item"));
            assertThat(last.reason()).isEqualTo(RouteReason.LAG_IGNORED);
            RoutingHints.writer().run(() -> jdbc.queryForList("select n from other"));
            assertThat(last.reason()).isEqualTo(RouteReason.HINT_WRITER);
        } finally {
            cluster.readers().forEach(PostgresNode::resumeReplay);
        }
    }
}

package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.RouteReason;
import io.lagwise.jdbc.TransactionModes;
import io.lagwise.jdbc.TransactionModes.ReadOnly;
import io.lagwise.jdbc.TransactionModes.ReadWrite;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Many threads over few connections: nobody waits for ever, and nothing is left behind. */
@PostgresReplication(readers = 1)
@Isolated
class ContentionIT {
    private static final int THREADS = 50;
    private static final int ROUNDS = 20;

    private final PostgresCluster cluster;

    ContentionIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    private static HikariDataSource pool(PostgresNode node, long timeoutMillis) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(node.jdbcUrl());
        config.setUsername(node.username());
        config.setPassword(node.password());
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(timeoutMillis);
        return new HikariDataSource(config);
    }

    private RoutingDataSource routing(HikariDataSource writer, HikariDataSource reader, ReadWrite readWrite) {
        return RoutingDataSource.builder()
                .coordination(Coordination.SINGLE)
                .writer(writer)
                .reader("reader", reader)
                .transactions(new TransactionModes(ReadOnly.READER, readWrite))
                .build();
    }

    /** A deadlock of the two pools would last until the writer's pool gives up after 30 seconds, and fail. */
    @ParameterizedTest
    @EnumSource(ReadWrite.class)
    void fiftyThreadsOverTwoConnectionsEachDoNotDeadlock(ReadWrite readWrite) throws Exception {
        try (HikariDataSource writer = pool(cluster.writer(), 30_000);
                HikariDataSource reader = pool(cluster.reader(0), 500);
                RoutingDataSource routing = routing(writer, reader, readWrite)) {
            new JdbcTemplate(routing)
                    .execute("create table if not exists t (id int primary key, n int);"
                            + " create table if not exists calm (id int primary key);"
                            + " insert into t select i, 0 from generate_series(1, 50) i on conflict do nothing");
            await().until(() ->
                    routing.explain("select id from calm").decision().reason() == RouteReason.READER_FRESH);
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> results = new ArrayList<>();
            for (int i = 1; i <= THREADS; i++) {
                int id = i;
                results.add(threads.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        work(routing, id);
                    }
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get(60, TimeUnit.SECONDS);
            }
            threads.shutdown();
            assertThat(routing.status().readers().get(0).statements()).isPositive();
            assertThat(routing.status().writer().inUse()).isZero();
            assertThat(routing.status().readers().get(0).inUse()).isZero();
        }
    }

    private static void work(RoutingDataSource routing, int id) throws SQLException {
        try (Connection connection = routing.getConnection();
                Statement statement = connection.createStatement()) {
            switch (ThreadLocalRandom.current().nextInt(4)) {
                case 0 ->
                    statement.executeQuery("select n from t where id = " + id).close();
                case 1 -> statement.executeUpdate("update t set n = n + 1 where id = " + id);
                case 2 -> {
                    connection.setReadOnly(true);
                    connection.setAutoCommit(false);
                    statement.executeQuery("select count(*) from calm").close();
                    statement.executeQuery("select n from t where id = " + id).close();
                    connection.commit();
                }
                default -> {
                    connection.setAutoCommit(false);
                    statement.executeQuery("select n from t where id = " + id).close();
                    statement.executeUpdate("update t set n = n + 1 where id = " + id);
                    connection.commit();
                }
            }
        }
    }

    @Test
    void closingLeavesNoThreadAndNoConnection() {
        try (HikariDataSource writer = pool(cluster.writer(), 5_000);
                HikariDataSource reader = pool(cluster.reader(0), 500);
                RoutingDataSource routing = routing(writer, reader, ReadWrite.WRITER)) {
            JdbcTemplate jdbc = new JdbcTemplate(routing);
            jdbc.execute("create table if not exists u (id int)");
            jdbc.queryForList("select id from u");
            assertThat(watching()).isNotEmpty();
        }
        await().untilAsserted(() -> assertThat(watching()).isEmpty());
        for (PostgresNode node : cluster.nodes()) {
            JdbcTemplate admin = new JdbcTemplate(node.adminDataSource());
            await().untilAsserted(() -> assertThat(sessions(admin, node)).isEmpty());
        }
    }

    private static List<String> watching() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("lagwise") || name.contains("HikariPool"))
                .toList();
    }

    private static List<Map<String, Object>> sessions(JdbcTemplate admin, PostgresNode node) {
        return admin.queryForList("select pid, query from pg_stat_activity where usename = ?", node.username());
    }
}

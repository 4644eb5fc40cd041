package io.lagwise.routing;

import static io.lagwise.routing.PostgresRouting.READ;
import static io.lagwise.routing.PostgresRouting.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Small pools of real connections neither block one another nor lose any. */
@PostgresReplication(readers = 1)
@Isolated
class SmallPoolsIT {
    private static final int THREADS = 50;
    private static final int ROUNDS = 20;

    private final PostgresCluster cluster;

    SmallPoolsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    private static void work(PostgresRouting routing, int round) throws SQLException {
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            switch (round % 4) {
                case 0 -> number(connection, READ);
                case 1 -> {
                    try (ResultSet open = statement.executeQuery(READ)) {
                        connection.createStatement().executeUpdate("update item set n = n where id = 1");
                        open.next();
                        number(connection, "select count(*) from other");
                    }
                }
                case 2 -> {
                    connection.setReadOnly(true);
                    connection.setAutoCommit(false);
                    number(connection, READ);
                    number(connection, "select count(*) from other");
                    connection.commit();
                }
                default -> {
                    connection.setAutoCommit(false);
                    number(connection, READ);
                    statement.executeUpdate("insert into other values ("
                            + Thread.currentThread().getId() + ", 1) on conflict (id) do update set n = other.n + 1");
                    connection.commit();
                }
            }
        }
    }

    @Test
    void fiftyThreadsOverTwoConnectionsEachDoNotDeadlock() throws Exception {
        try (PostgresRouting routing = new PostgresRouting(
                        cluster,
                        pool -> {
                            pool.setMaximumPoolSize(2);
                            pool.setConnectionTimeout(20_000);
                        },
                        builder -> {})
                .prepare()) {
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread;
                running.add(threads.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        work(routing, first + round);
                    }
                    return null;
                }));
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(19, TimeUnit.SECONDS))
                    .as("all threads end before any could have waited in vain")
                    .isTrue();
            for (Future<?> each : running) {
                each.get();
            }
            assertThat(routing.inUse()).isZero();
        }
    }

    @Test
    void nothingIsLeftAfterTheEnd() throws SQLException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (PostgresRouting routing = new PostgresRouting(cluster).prepare()) {
            work(routing, 0);
            work(routing, 3);
        }
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            assertThat(sessionsOn(cluster.writer())).isZero();
            assertThat(sessionsOn(cluster.reader(0))).isZero();
            assertThat(newThreads(before)).isEmpty();
        });
    }

    @Test
    void theDataSourceLeavesThePoolsToTheirOwner() throws SQLException {
        try (PostgresRouting routing = new PostgresRouting(cluster).prepare()) {
            routing.dataSource().close();
            assertThat(routing.writerPool().isClosed()).isFalse();
            try (Connection connection = routing.writerPool().getConnection()) {
                assertThat(number(connection, READ)).isEqualTo(10);
            }
        }
    }

    private static long sessionsOn(io.lagwise.testkit.PostgresNode node) throws SQLException {
        try (Connection admin = node.adminDataSource().getConnection()) {
            return number(admin, "select count(*) from pg_stat_activity where usename = 'app'");
        }
    }

    private static Set<String> newThreads(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.contains("lagwise")
                        || name.startsWith("writer")
                        || name.startsWith("reader")
                        || name.contains("PostgreSQL-JDBC"))
                .collect(Collectors.toSet());
    }
}

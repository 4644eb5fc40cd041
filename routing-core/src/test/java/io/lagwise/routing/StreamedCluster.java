package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import io.lagwise.routing.RoutingStatus.ExternalWritesStatus;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A cluster whose writes are streamed, and those who write there without the library. */
final class StreamedCluster {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String SUM = "select coalesce(sum(n), 0) from item";
    static final String SLOTS = "select count(*) from pg_replication_slots where slot_name like 'lagwise%'";
    static final String HOLDER =
            "select coalesce(max(active_pid), 0) from pg_replication_slots where slot_name like 'lagwise%'";
    static final String END_STREAMS =
            "select count(pg_terminate_backend(active_pid)) from pg_replication_slots where slot_name like 'lagwise%'";

    private final PostgresCluster cluster;

    StreamedCluster(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    /** Waits for the end of what streamed before, and lets the next one stream all tables. */
    void allow() throws SQLException {
        await().atMost(PATIENCE).until(() -> number(SLOTS) == 0);
        outside("alter role app replication");
        outside("drop publication if exists lagwise");
        outside("create publication lagwise for all tables");
    }

    Connection admin() throws SQLException {
        return cluster.writer().adminDataSource().getConnection();
    }

    void outside(String sql) throws SQLException {
        try (Connection connection = admin()) {
            execute(connection, sql);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = admin()) {
            return PostgresRouting.number(connection, sql);
        }
    }

    PostgresRouting streaming() {
        return streaming(builder -> {});
    }

    PostgresRouting streaming(Consumer<RoutingDataSourceBuilder> more) {
        return streaming(pool -> {}, more);
    }

    PostgresRouting streaming(Consumer<HikariConfig> pools, Consumer<RoutingDataSourceBuilder> more) {
        return new PostgresRouting(cluster, pools, builder -> {
            builder.externalWrites(ExternalWrites.STREAM);
            more.accept(builder);
        });
    }

    /** Returns the writer by its own address, and a stream by the given one. */
    DriverManagerDataSource withStreamBy(String url) {
        PostgresNode writer = cluster.writer();
        DataSource direct = writer.dataSource();
        return new DriverManagerDataSource(url, writer.username(), writer.password()) {
            @Override
            public Connection getConnection() throws SQLException {
                return direct.getConnection();
            }

            @Override
            public Connection getConnection(String user, String password) throws SQLException {
                return direct.getConnection(user, password);
            }
        };
    }

    /** Returns an option by which the pool of the writer takes its connections there. */
    static Consumer<HikariConfig> writerFrom(DataSource source) {
        return pool -> {
            if (pool.getPoolName().equals("writer")) {
                pool.setDataSource(source);
            }
        };
    }

    static String state(PostgresRouting routing) {
        return status(routing).state();
    }

    static ExternalWritesStatus status(PostgresRouting routing) {
        return Objects.requireNonNull(routing.dataSource().status().externalWrites());
    }

    static void awaitState(PostgresRouting routing, String... words) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(routing)).contains(words));
    }

    /** Lets somebody else write what was kept, and waits until that is no longer answered. */
    void assertSeen(PostgresRouting routing, String... writes) throws SQLException {
        routing.awaitKept(SUM);
        for (String write : writes) {
            outside(write);
        }
        long now = number(SUM);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(routing.readKept(SUM))
                .as(String.join("; ", writes))
                .isEqualTo(now));
    }

    /** Commits, on a thread and a session of its own, what is in the log then and not visible until {@link #showCommits}. */
    Thread commitUnseen(String write) throws SQLException {
        outside("alter system set synchronous_standby_names = 'nobody'");
        outside("select pg_reload_conf()");
        awaitOne("pg_settings where name = 'synchronous_standby_names' and setting = 'nobody'");
        Connection writing = admin();
        execute(writing, "set synchronous_commit = on");
        long process = PostgresRouting.number(writing, "select pg_backend_pid()");
        Thread commit = new Thread(() -> {
            try (writing) {
                execute(writing, write);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        commit.start();
        awaitOne("pg_stat_activity where wait_event = 'SyncRep' and pid = " + process);
        return commit;
    }

    private void awaitOne(String rows) {
        await().atMost(PATIENCE).until(() -> number("select count(*) from " + rows) == 1);
    }

    void showCommits() throws SQLException {
        outside("alter system reset synchronous_standby_names");
        outside("select pg_reload_conf()");
    }
}

package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.RouteReason;
import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import io.lagwise.redis.ResultSharing;
import io.lagwise.replication.PostgresProbe;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ServerStatus;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.redisson.api.RedissonClient;

/** What fifty instances ask of Redis and of the database, beside two: it grows with their number, and no faster. */
@PostgresReplication(readers = 1, settings = "max_connections=400")
@Isolated
class ManyInstancesIT {
    private static final int FEW = 2;
    private static final int MANY = 50;
    private static final int STATEMENTS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration OBSERVED = Duration.ofSeconds(10);
    private static final RedisSettings SETTINGS = new RedisSettings(
            Duration.ofMillis(250), Duration.ofSeconds(2), RedisSettings.OnOutage.WRITER, ResultSharing.IN_CLEAR, null);

    private final PostgresCluster cluster;
    private final Deque<Member> members = new ArrayDeque<>();
    private final Polls polls = new Polls();

    ManyInstancesIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    /** Counts what the monitors ask; servers do not count queries that read no table. */
    private static final class Polls implements ReplicationProbe {
        private final ReplicationProbe right = new PostgresProbe();
        private final LongAdder ofWriter = new LongAdder();
        private final LongAdder ofReader = new LongAdder();

        @Override
        public ServerStatus status(Connection connection) throws SQLException {
            ServerStatus status = right.status(connection);
            (status.isWriter() ? ofWriter : ofReader).increment();
            return status;
        }

        @Override
        public String session(Connection connection) throws SQLException {
            return right.session(connection);
        }

        @Override
        public boolean isOver(Connection connection, String session) throws SQLException {
            return right.isOver(connection, session);
        }

        @Override
        public String database(Connection connection) throws SQLException {
            return right.database(connection);
        }

        @Override
        public void announce(Connection connection, String instance) throws SQLException {
            right.announce(connection, instance);
        }

        @Override
        public Set<String> announced(Connection connection) throws SQLException {
            return right.announced(connection);
        }
    }

    /** One instance, with a writer and a reader; the client of Redis is everybody's. */
    private record Member(
            RedisLedger ledger, HikariDataSource writer, HikariDataSource reader, RoutingDataSource routing)
            implements AutoCloseable {
        static Member over(RedissonClient client, PostgresCluster cluster, Polls polls) {
            RedisLedger ledger = RedisLedger.over(client, SETTINGS);
            HikariDataSource writer = pool(cluster.writer());
            HikariDataSource reader = pool(cluster.reader(0));
            RoutingDataSource routing = RoutingDataSource.builder()
                    .writer(writer)
                    .reader("reader", reader)
                    .probe(polls)
                    .ledger(ledger)
                    .build();
            return new Member(ledger, writer, reader, routing);
        }

        private static HikariDataSource pool(PostgresNode node) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(node.jdbcUrl());
            config.setUsername(node.username());
            config.setPassword(node.password());
            config.setMaximumPoolSize(2);
            config.setMinimumIdle(0);
            config.setInitializationFailTimeout(-1);
            return new HikariDataSource(config);
        }

        boolean isFresh() {
            return ledger.state().equals("available")
                    && routing.explain("select n from item").decision().reason() == RouteReason.READER_FRESH;
        }

        @Override
        public void close() {
            routing.close();
            ledger.close();
            writer.close();
            reader.close();
        }
    }

    /**
     * What so many instances ask for.
     *
     * @param scripts that Redis runs in a second while nothing is asked of the instances
     * @param bytes that are sent to and by Redis in a second meanwhile
     * @param cpuPercent of a core that Redis needs meanwhile
     * @param writerQueries that the writer answers in a second meanwhile
     * @param readerQueries that the reader answers in a second meanwhile
     * @param writerConnections how many there are to the writer
     * @param readerConnections how many there are to the reader
     * @param scriptsPerWrite that Redis runs for each commit, beside those
     * @param microsPerRead for how long Redis works at one read's question
     */
    private record Load(
            int instances,
            double scripts,
            double bytes,
            double cpuPercent,
            double writerQueries,
            double readerQueries,
            double writerConnections,
            double readerConnections,
            double scriptsPerWrite,
            double microsPerRead) {}

    @Test
    void whatInstancesCostGrowsWithTheirNumberAndNoFaster() throws Exception {
        execute(cluster.writer(), "create table item (id int primary key, n int)");
        execute(cluster.writer(), "insert into item values (1, 0)");
        try (RedisServer redis = RedisServer.builder().start()) {
            RedissonClient client = Instance.client(redis.address());
            try {
                Load few = load(FEW, redis, client);
                Load many = load(MANY, redis, client);
                double growth = (double) MANY / FEW;
                assertThat(many.scripts()).as("scripts").isLessThan(growth * few.scripts() * 1.5);
                assertThat(many.bytes()).as("bytes").isLessThan(growth * few.bytes() * 1.5);
                assertThat(many.writerQueries()).as("queries").isLessThan(growth * few.writerQueries() * 1.5);
                assertThat(many.readerQueries()).as("queries").isLessThan(growth * few.readerQueries() * 1.5);
                assertThat(many.writerConnections()).as("connections").isLessThanOrEqualTo(3 * MANY + FEW);
                assertThat(many.readerConnections()).as("connections").isLessThanOrEqualTo(MANY + FEW);
                assertThat(many.scriptsPerWrite()).as("scripts for a commit").isLessThan(3);
                assertThat(many.microsPerRead()).as("work for a read").isLessThan(5 * few.microsPerRead());
            } finally {
                members.forEach(Member::close);
                client.shutdown();
            }
        }
    }

    private Load load(int instances, RedisServer redis, RedissonClient client) throws Exception {
        while (members.size() < instances) {
            members.add(Member.over(client, cluster, polls));
        }
        await().atMost(PATIENCE).until(() -> members.stream().allMatch(Member::isFresh));
        // What was asked for just now keeps polls up for a few seconds.
        pass(Duration.ofSeconds(6));
        long writerBefore = polls.ofWriter.sum();
        long readerBefore = polls.ofReader.sum();
        RedisLoad before = RedisLoad.of(redis);
        pass(OBSERVED);
        RedisLoad idle = RedisLoad.of(redis).since(before);
        double writerQueries = idle.perSecond(polls.ofWriter.sum() - writerBefore);
        double readerQueries = idle.perSecond(polls.ofReader.sum() - readerBefore);
        long writerConnections = connections(cluster.writer());
        long readerConnections = connections(cluster.reader(0));

        Member one = members.getFirst();
        RedisLoad writing = during(redis, () -> one.routing().getConnection(), "update item set n = n + 1");
        Member other = members.getLast();
        RedisLoad reading = during(redis, () -> other.routing().getConnection(), "select n from item");
        double idleThen = idle.perSecond(idle.scripts()) * writing.at() / 1e9;
        Load load = new Load(
                instances,
                idle.perSecond(idle.scripts()),
                idle.perSecond(idle.bytesIn() + idle.bytesOut()),
                idle.perSecond(idle.cpuMicros()) / 1e4,
                writerQueries,
                readerQueries,
                writerConnections,
                readerConnections,
                (writing.scripts() - idleThen) / STATEMENTS,
                (double) reading.scriptMicros() / reading.scripts());
        System.out.println(load);
        return load;
    }

    private interface Source {
        Connection open() throws SQLException;
    }

    private static RedisLoad during(RedisServer redis, Source source, String sql) throws Exception {
        RedisLoad before = RedisLoad.of(redis);
        try (Connection connection = source.open();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < STATEMENTS; i++) {
                statement.execute(sql);
            }
        }
        pass(Duration.ofSeconds(1));
        return RedisLoad.of(redis).since(before);
    }

    private static void pass(Duration time) {
        await().pollDelay(time).atMost(time.plus(PATIENCE)).until(() -> true);
    }

    private static long connections(PostgresNode node) throws SQLException {
        return RoutedCluster.ask(node, "select count(*) from pg_stat_activity where usename = 'app'");
    }

    private static void execute(PostgresNode node, String sql) throws SQLException {
        RoutedCluster.execute(node.dataSource(), sql);
    }
}

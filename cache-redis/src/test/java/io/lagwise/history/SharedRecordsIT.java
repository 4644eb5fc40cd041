package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.redis.RedisSettings;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import io.lagwise.testkit.RedisServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PostgresReplication(readers = 1)
class SharedRecordsIT {
    private static final String SELECT = "select n from " + History.table(0);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PostgresCluster cluster;
    private final RedisServer redis = RedisServer.builder().start();
    private final History history = new History();
    private Instance first;
    private Instance second;
    private Client one;
    private Client two;

    SharedRecordsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void open() throws SQLException {
        first = Instance.first(cluster, redis, RedisSettings.DEFAULTS);
        second = Instance.another(first, redis, RedisSettings.DEFAULTS);
        first.routed().createTables();
        one = client(first);
        two = client(second);
        awaitAvailable(first);
        awaitAvailable(second);
    }

    private Client client(Instance instance) {
        return new Client(instance.routed(), history, new Traffic(), new Random(1), Client.Mode.READS_AND_WRITES);
    }

    @AfterEach
    void close() {
        second.close();
        first.close();
        redis.close();
    }

    private static void awaitAvailable(Instance instance) {
        await().atMost(PATIENCE).until(() -> instance.ledger().state().equals("available"));
    }

    private static RouteReason reason(Instance instance) {
        return instance.routed().routing().explain(SELECT).decision().reason();
    }

    private static void awaitFresh(Instance instance) {
        await().atMost(PATIENCE).until(() -> reason(instance) == RouteReason.READER_FRESH);
    }

    /** Reads in every way until one is answered from the cache, so that each has a result of its own. */
    private long hits(Instance instance) {
        return instance.routed().routing().status().cache().hits();
    }

    private void awaitHit(Instance instance, Client client) {
        long before = hits(instance);
        await().atMost(PATIENCE).until(() -> {
            readKept(client);
            System.out.println("STATUS " + instance.ledger().state()
                    + instance.routed().routing().status().cache() + reason(instance));
            return hits(instance) > before;
        });
    }

    private void readKept(Client client) throws SQLException {
        try (RoutingHints.Scope hints = RoutingHints.cached().open()) {
            client.read(0);
        }
    }

    @Test
    void aWriteOfOneIsSeenByTheOther() throws SQLException {
        awaitHit(second, two);
        awaitFresh(second);
        cluster.readers().forEach(PostgresNode::pauseReplay);
        try {
            one.write(0);
            two.read(0);
            readKept(two);
            assertThat(reason(second)).isIn(RouteReason.WRITE_IN_FLIGHT, RouteReason.READERS_BEHIND);
        } finally {
            cluster.readers().forEach(PostgresNode::resumeReplay);
        }
        awaitFresh(second);
        awaitHit(second, two);
        assertThat(history.violations()).isEmpty();
    }
}

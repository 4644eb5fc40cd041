package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import io.lagwise.routing.RoutingStatus;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How many reads leave the writer: 1,000 statements a second, come what may; 5 % of them write, spread over 20 tables.
 *
 * <p>Each statement has a connection of its own, as with open-in-view off and no transaction.
 */
@PostgresReplication(readers = 2)
class OffloadIT {
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration MEASURED = Duration.ofSeconds(6);
    private static final int WRITES_PERCENT = 5;
    private static final long SEED = 42;

    private final PostgresCluster cluster;

    OffloadIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void nineOfTenReadsLeaveTheWriterWhereReadersApplyAfter20Milliseconds() throws Exception {
        assertThat(offloadAt(Duration.ofMillis(20))).isGreaterThanOrEqualTo(0.90);
    }

    @Test
    void almostAllReadsLeaveTheWriterWhereReadersApplyAtOnce() throws Exception {
        assertThat(offloadAt(Duration.ZERO)).isGreaterThanOrEqualTo(0.97);
    }

    private double offloadAt(Duration delay) throws Exception {
        try (RoutedCluster routed = new RoutedCluster(cluster, builder -> builder)) {
            routed.createTables();
            cluster.readers().forEach(reader -> reader.applyDelay(delay));
            History history = new History();
            OpenLoop loop = new OpenLoop(thread -> statements(routed, history, new Random(SEED + thread)));
            loop.run(WARM_UP);
            RoutingStatus before = routed.routing().status();
            OpenLoop.Result result = loop.run(MEASURED);
            Reads reads = Reads.between(before, routed.routing().status());
            System.out.printf(
                    "offload at %d ms delay: %.1f %% of %d reads; %s; stayed on the writer: %s%n",
                    delay.toMillis(), 100 * reads.offload(), reads.all(), result, reads.onWriter());
            assertThat(history.violations()).isEmpty();
            return reads.offload();
        }
    }

    private static OpenLoop.Work statements(RoutedCluster routed, History history, Random random) {
        Client client = new Client(routed, history, new Traffic(), random, Client.Mode.READS_AND_WRITES);
        return () -> {
            int counter = random.nextInt(History.COUNTERS);
            try {
                if (random.nextInt(100) < WRITES_PERCENT) {
                    client.write(counter);
                } else {
                    client.read(counter);
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        };
    }

    /**
     * Where reads went.
     *
     * @param onReaders how many went to readers
     * @param onWriter how many stayed, by reason
     */
    private record Reads(long onReaders, Map<RouteReason, Long> onWriter) {
        static Reads between(RoutingStatus before, RoutingStatus after) {
            Map<RouteReason, Long> onWriter = new EnumMap<>(after.writer().decisions());
            before.writer().decisions().forEach((reason, count) -> onWriter.merge(reason, -count, Long::sum));
            onWriter.remove(RouteReason.WRITES);
            onWriter.values().removeIf(count -> count == 0);
            return new Reads(onReaders(after) - onReaders(before), onWriter);
        }

        private static long onReaders(RoutingStatus status) {
            return status.readers().stream()
                    .mapToLong(RoutingStatus.NodeStatus::statements)
                    .sum();
        }

        long all() {
            return onReaders
                    + onWriter.values().stream().mapToLong(Long::longValue).sum();
        }

        double offload() {
            return (double) onReaders / all();
        }
    }
}

package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingStatus;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * How many reads leave the writer: 1,000 statements a second, come what may; 5 % of them write, spread over 20 tables.
 *
 * <p>Each statement has a connection of its own, as with open-in-view off and no transaction.
 */
@PostgresReplication(readers = 2)
@Isolated
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

    @Test
    void nineOfTenReadsOfTwoInstancesLeaveTheWriterThoughItIsAsked() throws Exception {
        try (RoutedCluster one = new RoutedCluster(cluster, builder -> builder.coordination(Coordination.WRITER));
                RoutedCluster two = one.another(builder -> builder.coordination(Coordination.WRITER))) {
            one.createTables();
            cluster.readers().forEach(reader -> reader.applyDelay(Duration.ZERO));
            assertThat(offload("asking the writer", List.of(one, two))).isGreaterThanOrEqualTo(0.90);
        }
    }

    private double offloadAt(Duration delay) throws Exception {
        try (RoutedCluster routed = new RoutedCluster(cluster, builder -> builder)) {
            routed.createTables();
            cluster.readers().forEach(reader -> reader.applyDelay(delay));
            return offload("at " + delay.toMillis() + " ms delay", List.of(routed));
        }
    }

    /** Returns the share of reads on readers, of all instances under the load together. */
    static double offload(String what, List<RoutedCluster> instances) throws Exception {
        for (RoutedCluster instance : instances) {
            Recovery.await(instance, "before they are counted");
        }
        History history = new History();
        OpenLoop loop = new OpenLoop(
                thread -> statements(instances.get(thread % instances.size()), history, new Random(SEED + thread)));
        loop.run(WARM_UP);
        List<RoutingStatus> before = statuses(instances);
        OpenLoop.Result result = loop.run(MEASURED);
        List<RoutingStatus> after = statuses(instances);
        Reads reads = new Reads(0, Map.of());
        for (int i = 0; i < before.size(); i++) {
            reads = reads.and(Reads.between(before.get(i), after.get(i)));
        }
        System.out.printf(
                "offload %s: %.1f %% of %d reads; %s; stayed on the writer: %s%n",
                what, 100 * reads.offload(), reads.all(), result, reads.onWriter());
        assertThat(history.violations()).isEmpty();
        return reads.offload();
    }

    private static List<RoutingStatus> statuses(List<RoutedCluster> instances) {
        return instances.stream().map(instance -> instance.routing().status()).toList();
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

        Reads and(Reads others) {
            Map<RouteReason, Long> all = new EnumMap<>(RouteReason.class);
            all.putAll(onWriter);
            others.onWriter.forEach((reason, count) -> all.merge(reason, count, Long::sum));
            return new Reads(onReaders + others.onReaders, all);
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

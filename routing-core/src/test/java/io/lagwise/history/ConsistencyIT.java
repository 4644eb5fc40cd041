package io.lagwise.history;

import io.lagwise.jdbc.TransactionModes;
import io.lagwise.jdbc.TransactionModes.ReadOnly;
import io.lagwise.jdbc.TransactionModes.ReadWrite;
import io.lagwise.replication.LagSettings;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.testkit.PostgresCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Reads and writes from many threads while the servers suffer every fault; no read may miss an acknowledged commit.
 *
 * <p>{@code -Dlagwise.history.seconds=3600} makes it long, {@code -Dlagwise.history.seed=…} repeats the order of faults
 * and what each client does, though not how they interleave. {@code -Dlagwise.history.variant=NO_TOKEN} breaks the
 * protocol in one of the ways of {@link KnownBad}, and must make the test fail.
 */
@Isolated
class ConsistencyIT {
    private static final int LEAST_OPERATIONS = 200_000;

    /** For each of the tests. */
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("lagwise.history.seconds", 45));

    private static final @Nullable String VARIANT = System.getProperty("lagwise.history.variant");

    @Test
    void noReadMissesWhatWasAcknowledgedBeforeItBegan() throws Exception {
        run(builder -> VARIANT == null ? builder : KnownBad.valueOf(VARIANT).in(builder));
    }

    @Test
    void noReadMissesAnythingWhereReadsWaitAndTransactionsBeginOnReaders() throws Exception {
        Duration wait = Duration.ofMillis(15);
        run(builder -> builder.lag(new LagSettings(Duration.ofMillis(50), wait, Duration.ofSeconds(30)))
                .transactions(new TransactionModes(ReadOnly.READER, ReadWrite.UNTIL_FIRST_WRITE)));
    }

    @Test
    void noReadMissesWhatAnotherInstanceWroteWhereTheWriterIsAsked() throws Exception {
        UnaryOperator<RoutingDataSourceBuilder> asking = builder -> builder.coordination(Coordination.WRITER);
        UnaryOperator<RoutingDataSourceBuilder> impatient =
                asking.andThen(builder -> builder.lag(LagSettings.DEFAULTS.waiting(Duration.ZERO)))::apply;
        run(asking, impatient);
    }

    @SafeVarargs
    private static void run(
            UnaryOperator<RoutingDataSourceBuilder> settings, UnaryOperator<RoutingDataSourceBuilder>... others)
            throws Exception {
        try (PostgresCluster cluster = HistoryCheck.cluster();
                RoutedCluster routed = new RoutedCluster(cluster, settings)) {
            List<RoutedCluster> instances = new ArrayList<>(List.of(routed));
            for (UnaryOperator<RoutingDataSourceBuilder> other : others) {
                instances.add(routed.another(other));
            }
            try {
                new HistoryCheck(instances, Map.of()).run(TIME, LEAST_OPERATIONS);
            } finally {
                instances.subList(1, instances.size()).forEach(RoutedCluster::close);
            }
        }
    }
}

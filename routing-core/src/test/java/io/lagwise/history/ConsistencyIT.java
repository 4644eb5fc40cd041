package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.jdbc.TransactionModes;
import io.lagwise.jdbc.TransactionModes.ReadOnly;
import io.lagwise.jdbc.TransactionModes.ReadWrite;
import io.lagwise.replication.LagSettings;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.routing.RoutingStatus;
import io.lagwise.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Reads and writes from many threads while the servers suffer every fault; no read may miss an acknowledged commit.
 *
 * <p>{@code -Dlagwise.history.seconds=3600} makes it long, {@code -Dlagwise.history.seed=…} repeats the order of faults
 * and what each client does, though not how they interleave. {@code -Dlagwise.history.variant=NO_TOKEN} breaks the
 * protocol in one of the ways of {@link KnownBad}, and must make the test fail.
 */
class ConsistencyIT {
    private static final int CLIENTS = 10;
    private static final int READING_CLIENTS = 3;
    private static final int LEAST_OPERATIONS = 100_000;

    /** For each of the tests. */
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("lagwise.history.seconds", 45));

    private static final @Nullable String VARIANT = System.getProperty("lagwise.history.variant");
    private static final long SEED = Long.getLong("lagwise.history.seed", System.nanoTime());

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
        run(asking, asking);
    }

    @SafeVarargs
    private static void run(
            UnaryOperator<RoutingDataSourceBuilder> settings, UnaryOperator<RoutingDataSourceBuilder>... others)
            throws Exception {
        System.out.println("lagwise.history.seed=" + SEED);
        try (PostgresCluster cluster = PostgresCluster.builder()
                        .setting("synchronous_commit", "off")
                        .setting("bgwriter_lru_maxpages", "0")
                        .start();
                RoutedCluster routed = new RoutedCluster(cluster, settings)) {
            routed.createTables();
            List<RoutedCluster> instances = new ArrayList<>(List.of(routed));
            for (UnaryOperator<RoutingDataSourceBuilder> other : others) {
                instances.add(routed.another(other));
            }
            History history = new History();
            Traffic traffic = new Traffic();
            Errors errors = new Errors();
            Nemesis nemesis = new Nemesis(routed, history, traffic, new Random(SEED));
            List<ClientThread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Client.Mode mode = i < READING_CLIENTS ? Client.Mode.READS : Client.Mode.READS_AND_WRITES;
                RoutedCluster instance = instances.get(i % instances.size());
                Client client = new Client(instance, history, traffic, new Random(SEED + 1 + i), mode);
                clients.add(ClientThread.start("client-" + i, client, errors));
            }
            try {
                nemesis.rage(TIME, () -> history.reads() + history.writes() >= LEAST_OPERATIONS);
            } finally {
                for (ClientThread client : clients) {
                    client.stop();
                }
                print(instances, history, nemesis, errors);
            }
            for (RoutedCluster instance : instances) {
                Recovery.await(instance, "in the end");
            }
            instances.subList(1, instances.size()).forEach(RoutedCluster::close);
            history.end(RoutedCluster.counters(cluster.writer()));
            assertThat(history.violations()).as("violations with seed %d", SEED).isEmpty();
            assertThat(errors.unexplained()).as("errors with seed %d", SEED).isEmpty();
        }
    }

    private static void print(List<RoutedCluster> instances, History history, Nemesis nemesis, Errors errors) {
        System.out.printf(
                "operations: %d (%d reads, %d commits), violations: %d, epochs: %d%n",
                history.reads() + history.writes(),
                history.reads(),
                history.writes(),
                history.violationCount(),
                instances.get(0).decisions().epochs());
        instances.forEach(instance -> print(instance.routing().status()));
        System.out.println("faults: " + nemesis.struck());
        System.out.println("errors by SQLState: " + errors.byState());
    }

    private static void print(RoutingStatus status) {
        System.out.println("writer: " + status.writer().statements() + " "
                + status.writer().decisions());
        status.readers()
                .forEach(reader ->
                        System.out.println(reader.name() + ": " + reader.statements() + " " + reader.decisions()));
        System.out.println("cache: " + status.cache());
    }

    /** Repeats a client's steps until it is stopped. */
    private static final class ClientThread {
        private final Client client;
        private final Errors errors;
        private final Thread thread;
        private volatile boolean stopped;

        private ClientThread(String name, Client client, Errors errors) {
            this.client = client;
            this.errors = errors;
            this.thread = new Thread(this::run, name);
        }

        static ClientThread start(String name, Client client, Errors errors) {
            ClientThread started = new ClientThread(name, client, errors);
            started.thread.start();
            return started;
        }

        private void run() {
            while (!stopped) {
                try {
                    client.step();
                } catch (SQLException e) {
                    errors.add(e);
                } catch (RuntimeException | Error e) {
                    errors.add(e);
                    return;
                }
            }
        }

        void stop() throws InterruptedException {
            stopped = true;
            thread.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(thread.isAlive()).as(thread.getName() + " hangs").isFalse();
        }
    }
}

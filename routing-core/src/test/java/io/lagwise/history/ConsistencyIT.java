package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.routing.RoutingStatus;
import io.lagwise.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Reads and writes from many threads while the servers suffer every fault; no read may miss an acknowledged commit.
 *
 * <p>{@code -Dlagwise.history.seconds=3600} makes it long, {@code -Dlagwise.history.seed=…} repeats the order of faults
 * and what each client does, though not how they interleave.
 */
class ConsistencyIT {
    private static final int CLIENTS = 10;
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("lagwise.history.seconds", 80));
    private static final long SEED = Long.getLong("lagwise.history.seed", System.nanoTime());

    @Test
    void noReadMissesWhatWasAcknowledgedBeforeItBegan() throws Exception {
        System.out.println("lagwise.history.seed=" + SEED);
        try (PostgresCluster cluster = PostgresCluster.builder()
                        .setting("synchronous_commit", "off")
                        .start();
                RoutedCluster routed = new RoutedCluster(cluster, builder -> builder)) {
            routed.createTables();
            History history = new History();
            Traffic traffic = new Traffic();
            Errors errors = new Errors();
            Nemesis nemesis = new Nemesis(routed, traffic, new Random(SEED));
            List<ClientThread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(routed, history, traffic, new Random(SEED + 1 + i));
                clients.add(ClientThread.start("client-" + i, client, errors));
            }
            try {
                nemesis.rage(TIME);
            } finally {
                for (ClientThread client : clients) {
                    client.stop();
                }
                print(routed, history, nemesis, errors);
            }
            Recovery.await(routed, "in the end");
            history.end(RoutedCluster.counters(cluster.writer()));
            assertThat(history.violations()).as("violations with seed %d", SEED).isEmpty();
            assertThat(errors.unexplained()).as("errors with seed %d", SEED).isEmpty();
        }
    }

    private static void print(RoutedCluster routed, History history, Nemesis nemesis, Errors errors) {
        RoutingStatus status = routed.routing().status();
        System.out.printf(
                "operations: %d (%d reads, %d commits), violations: %d, epochs: %d%n",
                history.reads() + history.writes(),
                history.reads(),
                history.writes(),
                history.violationCount(),
                routed.decisions().epochs());
        System.out.println("writer: " + status.writer().statements() + " "
                + status.writer().decisions());
        status.readers()
                .forEach(reader ->
                        System.out.println(reader.name() + ": " + reader.statements() + " " + reader.decisions()));
        System.out.println("faults: " + nemesis.struck());
        System.out.println("errors by SQLState: " + errors.byState());
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

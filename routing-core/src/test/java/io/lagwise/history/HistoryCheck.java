package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.routing.RoutingStatus;
import io.lagwise.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Lets many clients of one or more instances work while the servers suffer, and checks all that they saw. */
final class HistoryCheck {
    private static final int CLIENTS = 20;
    private static final int READING_CLIENTS = 6;
    private static final long SEED = Long.getLong("lagwise.history.seed", System.nanoTime());

    private final List<RoutedCluster> instances;
    private final Map<String, Nemesis.Fault> faults;
    private final History history;
    private final Traffic traffic = new Traffic();

    /** Makes a check with faults beside those of the database; the first instance is at work from the start. */
    HistoryCheck(List<RoutedCluster> instances, Map<String, Nemesis.Fault> faults) {
        this(instances, faults, new History());
    }

    HistoryCheck(List<RoutedCluster> instances, Map<String, Nemesis.Fault> faults, History history) {
        this.instances = instances;
        this.faults = faults;
        this.history = history;
    }

    /** Returns a cluster whose servers lose as much as they may when they crash. */
    static PostgresCluster cluster() {
        return PostgresCluster.builder()
                .setting("synchronous_commit", "off")
                .setting("bgwriter_lru_maxpages", "0")
                .start();
    }

    /** Goes on until the time has passed and this many operations were done; fails if one of them saw too little. */
    void run(Duration time, int leastOperations) throws Exception {
        Nemesis nemesis = new Nemesis(instances.get(0), history, traffic, new Random(SEED), faults);
        try {
            during(() -> nemesis.rage(time, () -> operations() >= leastOperations));
        } finally {
            System.out.println("faults: " + nemesis.struck());
        }
    }

    /** Lets the clients work while this happens and no longer; fails if one of them saw too little. */
    void during(Nemesis.Fault happening) throws Exception {
        System.out.println("lagwise.history.seed=" + SEED);
        RoutedCluster routed = instances.get(0);
        routed.createTables();
        Errors errors = new Errors();
        List<ClientThread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client.Mode mode = i < READING_CLIENTS ? Client.Mode.READS : Client.Mode.READS_AND_WRITES;
            RoutedCluster instance = instances.get(i % instances.size());
            Client client = new Client(instance, history, traffic, new Random(SEED + 1 + i), mode);
            clients.add(ClientThread.start("client-" + i, client, errors));
        }
        try {
            happening.strike();
        } finally {
            for (ClientThread client : clients) {
                client.stop();
            }
            print(errors);
        }
        for (RoutedCluster instance : instances) {
            Recovery.await(instance, "in the end");
        }
        history.end(RoutedCluster.counters(routed.cluster().writer()));
        assertThat(history.violations()).as("violations with seed %d", SEED).isEmpty();
        assertThat(errors.unexplained()).as("errors with seed %d", SEED).isEmpty();
    }

    /** Returns how many reads and commits there were so far. */
    long operations() {
        return history.reads() + history.writes();
    }

    private void print(Errors errors) {
        System.out.printf(
                "operations: %d (%d reads, %d commits), violations: %d, epochs: %d%n",
                operations(),
                history.reads(),
                history.writes(),
                history.violationCount(),
                instances.get(0).decisions().epochs());
        instances.forEach(instance -> print(instance.routing().status()));
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

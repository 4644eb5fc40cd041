package io.lagwise.history;

import io.lagwise.redis.BrokenSharing;
import io.lagwise.redis.RedisLedger;
import io.lagwise.redis.RedisSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.redisson.api.RedissonClient;

/** One instance of the application as a process of its own, which works until nobody hears its report any more. */
final class InstanceMain {
    /** The rule that is there in any case. */
    static final String RIGHT = "RIGHT";

    private static final int CLIENTS = 8;
    private static final int READING_CLIENTS = 3;
    private static final long TELLING_NANOS = 20_000_000;

    private InstanceMain() {}

    /** Takes the rule that is missing, Redis, the port to report to, a seed, and where the database is. */
    public static void main(String[] words) throws Exception {
        RoutedCluster.Addresses database =
                new RoutedCluster.Addresses(words[4], List.of(words).subList(7, words.length), words[5], words[6]);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(words[2]));
        Report report = new Report(socket);
        Thread telling = new Thread(() -> tell(report));
        telling.setDaemon(true);
        telling.start();
        RedissonClient client = Instance.client(words[1]);
        RedisLedger ledger = ledger(words[0], client);
        RoutedCluster routed = RoutedCluster.at(database, builder -> builder.ledger(ledger));
        Traffic traffic = new Traffic();
        for (int i = 0; i < CLIENTS; i++) {
            Client.Mode mode = i < READING_CLIENTS ? Client.Mode.READS : Client.Mode.READS_AND_WRITES;
            Random random = new Random(Long.parseLong(words[3]) + i);
            Client working = new Client(routed, report, traffic, random, mode);
            new Thread(() -> work(working, traffic, random, report), "client-" + i + " of " + words[3]).start();
        }
        end(socket);
    }

    private static RedisLedger ledger(String rule, RedissonClient client) {
        RedisSettings settings = Instance.SETTINGS;
        return rule.equals(RIGHT)
                ? RedisLedger.over(client, settings)
                : BrokenSharing.valueOf(rule).over(client, settings);
    }

    /** Goes on telling the time, so that silence means something. */
    private static void tell(Report report) {
        while (true) {
            report.time();
            LockSupport.parkNanos(TELLING_NANOS);
        }
    }

    private static void work(Client client, Traffic traffic, Random random, Report report) {
        while (true) {
            try {
                if (random.nextInt(1000) == 0) {
                    traffic.moveOn(random);
                }
                client.step();
            } catch (SQLException e) {
                if (!Errors.isExplained(e)) {
                    report.violate(e.toString());
                }
            } catch (RuntimeException | Error e) {
                report.violate(e.toString());
                return;
            }
        }
    }

    /** Ends the process as soon as the one that judges has ended or has enough. */
    private static void end(Socket socket) {
        try {
            socket.getInputStream().read();
        } catch (IOException over) {
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }
}

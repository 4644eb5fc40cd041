package io.lagwise.history;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.RedisLink;
import io.lagwise.testkit.RedisServer;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An instance of the application in a process of its own, which can be killed and stopped. */
final class InstanceProcess implements AutoCloseable {
    private static final AtomicLong STARTED = new AtomicLong();
    private static final int PATIENCE_MILLIS = 60_000;

    private final long number;
    private final RedisLink link;
    private final Process process;
    private final Socket socket;
    private final Thread hearing;
    private final AtomicLong pieces = new AtomicLong();

    private InstanceProcess(long number, RedisLink link, Process process, Socket socket, JointHistory history) {
        this.number = number;
        this.link = link;
        this.process = process;
        this.socket = socket;
        this.hearing = new Thread(() -> hear(history), "hearing-" + process.pid());
    }

    /** Starts an instance that reports into the history, by all rules or without one of them. */
    static InstanceProcess start(PostgresCluster cluster, RedisServer redis, String rule, JointHistory history)
            throws IOException {
        RedisLink link = redis.link();
        try (ServerSocket entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            entrance.setSoTimeout(PATIENCE_MILLIS);
            long number = STARTED.incrementAndGet();
            Process process = launch(cluster, link, entrance.getLocalPort(), rule, number);
            try {
                InstanceProcess started = new InstanceProcess(number, link, process, entrance.accept(), history);
                history.join(started);
                started.hearing.start();
                return started;
            } catch (IOException e) {
                process.destroyForcibly();
                throw e;
            }
        }
    }

    private static Process launch(PostgresCluster cluster, RedisLink link, int port, String rule, long number)
            throws IOException {
        RoutedCluster.Addresses database = RoutedCluster.Addresses.of(cluster);
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                InstanceMain.class.getName(),
                rule,
                link.address(),
                String.valueOf(port),
                String.valueOf(number),
                database.writer(),
                database.user(),
                database.password()));
        words.addAll(database.nodes());
        File log = new File("target", "instances.log");
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private void hear(JointHistory history) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
            while (true) {
                Report.hear(in, this, history);
                pieces.incrementAndGet();
            }
        } catch (IOException over) {
            // It was killed, perhaps in the middle of a word.
            history.leave(this);
        }
    }

    /** Returns whether it saw what is described. */
    boolean hasSeen(String violation) {
        return violation.contains(" of " + number + ": ");
    }

    /** Returns how much was heard of it. */
    long pieces() {
        return pieces.get();
    }

    RedisLink link() {
        return link;
    }

    /** Ends it without giving it time for anything. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        hearing.join();
    }

    /** Stops it in the middle of whatever it does. */
    void stop() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets it go on. */
    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int answer = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                .start()
                .waitFor();
        if (answer != 0) {
            throw new IOException("no signal was sent to " + process);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        kill();
        socket.close();
        link.close();
    }
}

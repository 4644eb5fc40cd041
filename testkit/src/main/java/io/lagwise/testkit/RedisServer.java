package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis server, which keeps nothing on disk.
 *
 * <p>It is a child process on the loopback interface. It ends with {@link #close()} and at the latest with the JVM, even
 * when that is killed. It needs the binaries of {@code com.github.codemonstur:embedded-redis} on the class path, which the
 * testkit does not bring.
 */
public final class RedisServer implements AutoCloseable {
    private static final String NAME = "redis";
    static final String LOOPBACK = "127.0.0.1";

    private final RedisDistribution distribution;
    private final Map<String, List<String>> settings;
    private final @Nullable String rewritten;
    private final Path home;
    private final ServerProcess process;
    private final int port;
    private final Runnable end;

    private RedisServer(RedisDistribution distribution, Builder builder, Path home, int port, Runnable end) {
        this.distribution = distribution;
        this.settings = Map.copyOf(builder.settings);
        this.rewritten = builder.rewritten;
        this.home = home;
        this.process = new ServerProcess(NAME, home);
        this.port = port;
        this.end = end;
    }

    /** Returns a builder of an empty server. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the port on the loopback interface. */
    public int port() {
        return port;
    }

    /** Returns the address as clients take it. */
    public String address() {
        return "redis://" + LOOPBACK + ":" + port;
    }

    /** Returns another way to the server, which can be cut. */
    public RedisLink link() {
        return new RedisLink(Link.to(port));
    }

    /**
     * Returns what the server answers to a command: text, number, list of such, or null.
     *
     * @throws TestServerException if it answers with an error or not at all
     */
    public @Nullable Object command(String... words) {
        return RedisCommand.of(words).on(port);
    }

    /** Makes this server a copy of another, and returns when it has all that the other has. */
    public void follow(RedisServer primary) {
        command("REPLICAOF", LOOPBACK, String.valueOf(primary.port()));
        Waiting.until(this::isLinked, () -> this + " follows " + primary);
    }

    /** Makes this server independent of the one it followed: what that one is told from now on is lost to it. */
    public void promote() {
        command("REPLICAOF", "NO", "ONE");
    }

    /**
     * Starts the server again, empty, and returns when it answers.
     *
     * @throws IllegalStateException if it is running
     */
    public void start() {
        if (process.running()) {
            throw new IllegalStateException(this + " is running; stop or kill it before it is started again");
        }
        try {
            launch();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Ends the server as an operator does. */
    public void stop() {
        process.stop(ProcessHandle::destroy);
    }

    /** Ends the server without giving it time for anything. */
    public void kill() {
        process.kill();
    }

    /** Stops the server in the middle of whatever it does; connections stay open. */
    public void freeze() {
        process.freeze();
    }

    /** Lets a frozen server go on. */
    public void thaw() {
        process.thaw();
    }

    /** Ends the server and removes its directory. */
    @Override
    public void close() {
        process.kill();
        end.run();
    }

    /** Returns whether the server can answer. */
    boolean isLive() {
        return process.running() && !process.frozen();
    }

    /** Returns whether the server copies another, and has all that the other had when the copy began. */
    boolean isLinked() {
        return String.valueOf(command("INFO", "replication")).contains("master_link_status:up");
    }

    @Override
    public String toString() {
        return NAME + " at " + LOOPBACK + ":" + port;
    }

    private void launch() throws IOException {
        Path data = home.resolve("data");
        if (!process.hasRun()) {
            prepare(data);
        }
        process.launch(distribution.command(arguments(data)));
        Waiting.until(this::isReady, () -> this + " accepts connections; its last words:\n" + process.lastWords());
    }

    private void prepare(Path data) throws IOException {
        Directories.createReadable(home);
        Directories.createReadable(data);
        if (rewritten != null) {
            Files.createFile(data.resolve(rewritten));
        }
        // A replica writes there what it is sent.
        distribution.account().own(data);
    }

    private List<String> arguments(Path data) {
        List<String> arguments = new ArrayList<>();
        if (rewritten != null) {
            arguments.add(data.resolve(rewritten).toString());
        }
        // By these watchdogs find it and know it again; first, as Java sees no argument behind an empty one.
        arguments.addAll(List.of("--set-proc-title", "no", "--dir", data.toString()));
        arguments.addAll(List.of("--pidfile", data.resolve("redis.pid").toString()));
        settings.forEach((name, values) -> {
            arguments.add("--" + name);
            arguments.addAll(values);
        });
        arguments.addAll(List.of("--port", String.valueOf(port), "--bind", LOOPBACK, "--daemonize", "no"));
        return arguments;
    }

    private boolean isReady() {
        if (!process.running()) {
            throw new TestServerException(this + " did not start; its last words:\n" + process.lastWords());
        }
        try {
            return "PONG".equals(command("PING"));
        } catch (TestServerException notYet) {
            return false;
        }
    }

    /** Chooses what {@link RedisServer} shall be. */
    public static final class Builder {
        private final Map<String, List<String>> settings = new LinkedHashMap<>();
        private @Nullable String rewritten;

        private Builder() {
            setting("save", "");
            setting("appendonly", "no");
            setting("repl-diskless-sync", "yes");
            setting("repl-diskless-sync-delay", "0");
            // A replica would find it when it starts again, and not be empty.
            setting("rdb-del-sync-files", "yes");
        }

        /** Sets a server setting, such as {@code maxmemory}; one with several words has several values. */
        public Builder setting(String name, String... values) {
            settings.put(name, List.of(values));
            return this;
        }

        /** Gives the server a file of settings, empty at first, in which it keeps what it comes to know. */
        Builder rewriting(String file) {
            rewritten = file;
            return this;
        }

        /** Starts the server and returns when it answers. */
        public RedisServer start() {
            RunDirectory directory = RunDirectory.open();
            int port = Ports.next();
            return start(directory.of(NAME), port, () -> {
                directory.close();
                Ports.giveBack(port);
            });
        }

        /** Starts the server in a directory and on a port of others, who are told when it is closed. */
        RedisServer start(Path home, int port, Runnable end) {
            try {
                RedisServer server = new RedisServer(RedisDistribution.install(), this, home, port, end);
                try {
                    server.launch();
                    return server;
                } catch (RuntimeException | IOException failure) {
                    server.close();
                    throw failure;
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}

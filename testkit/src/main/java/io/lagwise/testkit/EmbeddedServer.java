package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server as a child process with a directory of its own. */
final class EmbeddedServer implements PostgresServer {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final int LAST_WORDS = 20;

    private final String name;
    private final Path directory;
    private final int port;
    private final PostgresDistribution distribution;
    private final ServerSettings settings;
    private volatile @Nullable Process process;
    private volatile boolean frozen;

    EmbeddedServer(String name, Path directory, int port, PostgresDistribution distribution, ServerSettings settings) {
        this.name = name;
        this.directory = directory;
        this.port = port;
        this.distribution = distribution;
        this.settings = settings;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String host() {
        return LOOPBACK;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String replicationHost() {
        return LOOPBACK;
    }

    @Override
    public int replicationPort() {
        return port;
    }

    @Override
    public void initialize() {
        attempt(() -> {
            clear();
            copyTo(data());
            configure();
        });
    }

    @Override
    public void copyFrom(PostgresServer source) {
        EmbeddedServer original = (EmbeddedServer) source;
        attempt(() -> {
            clear();
            original.copyTo(data());
            Files.createFile(data().resolve("standby.signal"));
            configure();
        });
    }

    @Override
    public void launch() {
        attempt(() -> {
            List<String> command =
                    distribution.account().command(distribution.executable("postgres"), "-D", data().toString());
            ProcessBuilder builder = Command.builder(Terminal.detached(command)).directory(directory.toFile());
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            Process started = builder.start();
            started.getOutputStream().close();
            process = started;
        });
    }

    @Override
    public void stop() {
        Process stopping = process;
        if (stopping == null || !stopping.isAlive()) {
            return;
        }
        thaw();
        askToStop(stopping);
        if (!Waiting.within(STOP_PATIENCE, () -> !stopping.isAlive())) {
            throw new PostgresClusterException(name + " does not stop; its last words:\n" + lastWords());
        }
    }

    @Override
    public void kill() {
        Process killed = process;
        if (killed == null || !killed.isAlive()) {
            return;
        }
        List<ProcessHandle> all = Stream.concat(Stream.of(killed.toHandle()), killed.descendants())
                .toList();
        Signals.killAll(all);
        melt();
    }

    @Override
    public boolean running() {
        Process current = process;
        return current != null && current.isAlive();
    }

    @Override
    public void signal(String signal, int pid) {
        ProcessHandle child = living().children()
                .filter(process -> process.pid() == pid)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(pid + " is no process of " + name));
        Signals.send(signal, List.of(child));
    }

    @Override
    public void freeze() {
        attempt(() -> {
            Files.writeString(frozenMark(), pids(stopAll(living())));
            frozen = true;
        });
    }

    @Override
    public void thaw() {
        if (frozen) {
            Process current = living();
            Signals.send("CONT", current.descendants().toList());
            Signals.send("CONT", List.of(current.toHandle()));
            melt();
        }
    }

    @Override
    public boolean frozen() {
        return frozen;
    }

    @Override
    public void write(String setting, String value) {
        attempt(() ->
                Files.writeString(alteredSettings(), ServerSettings.line(setting, value), StandardOpenOption.APPEND));
    }

    @Override
    public String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
        } catch (IOException unreadable) {
            return "(no log: " + unreadable + ")";
        }
    }

    /** Ends the process without waiting for anybody, since the data goes too, and gives its port back. */
    void discard() {
        Process discarded = process;
        if (discarded != null && discarded.isAlive() && !Platform.isWindows()) {
            thaw();
            // The immediate shutdown takes children and shared memory with it.
            Signals.send("QUIT", List.of(discarded.toHandle()));
            Waiting.within(STOP_PATIENCE, () -> !discarded.isAlive());
        }
        kill();
        attempt(() -> SharedMemory.leftBy(data()).remove());
        Ports.giveBack(port);
    }

    private void copyTo(Path target) throws IOException {
        if (running()) {
            OnlineBackup.of(this).copy(data(), target);
        } else {
            // What has never run is still the template, and that is copied faster than a file just written.
            Directories.copy(process == null ? distribution.template() : data(), target, path -> true);
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path alteredSettings() {
        return data().resolve("postgresql.auto.conf");
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    private Path frozenMark() {
        return directory.resolve("frozen");
    }

    private Process living() {
        Process current = process;
        if (current == null || !current.isAlive()) {
            throw new IllegalStateException(name + " is not running");
        }
        return current;
    }

    private void clear() throws IOException {
        SharedMemory.leftBy(data()).remove();
        Directories.delete(data());
        Directories.createReadable(directory);
    }

    private void configure() throws IOException {
        Map<String, String> lines = new LinkedHashMap<>(settings.all());
        lines.put("listen_addresses", LOOPBACK);
        lines.put("unix_socket_directories", "");
        lines.put("port", Integer.toString(port));
        Files.writeString(data().resolve("postgresql.conf"), ServerSettings.render(lines));
        Files.writeString(alteredSettings(), "");
        distribution.account().own(data());
    }

    /** SIGINT is the fast shutdown; SIGTERM would wait for every connection pool to let go. */
    private void askToStop(Process stopping) {
        if (!Platform.isWindows()) {
            Signals.send("INT", List.of(stopping.toHandle()));
            return;
        }
        attempt(() -> Command.of(
                        distribution.executable("pg_ctl").toString(), "stop", "-m", "fast", "-D", data().toString())
                .mustSucceed());
    }

    private void melt() {
        frozen = false;
        attempt(() -> Files.deleteIfExists(frozenMark()));
    }

    /** The postmaster first, so that no child is born meanwhile. */
    private static List<ProcessHandle> stopAll(Process postmaster) {
        Signals.send("STOP", List.of(postmaster.toHandle()));
        List<ProcessHandle> family = family(postmaster);
        Signals.send("STOP", family);
        return family;
    }

    private static List<ProcessHandle> family(Process postmaster) {
        return Stream.concat(Stream.of(postmaster.toHandle()), postmaster.descendants())
                .toList();
    }

    private static String pids(List<ProcessHandle> processes) {
        return processes.stream().map(process -> Long.toString(process.pid())).collect(Collectors.joining(" "));
    }

    private void attempt(FileWork work) {
        try {
            work.run();
        } catch (IOException failure) {
            throw new UncheckedIOException(name + ": " + failure.getMessage(), failure);
        }
    }

    private interface FileWork {
        void run() throws IOException;
    }
}

package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A server as a child process with a directory of its own. */
final class EmbeddedServer implements PostgresServer {
    private static final String LOOPBACK = "127.0.0.1";

    private final String name;
    private final Path directory;
    private final int port;
    private final PostgresDistribution distribution;
    private final ServerSettings settings;
    private final ServerProcess process;

    EmbeddedServer(String name, Path directory, int port, PostgresDistribution distribution, ServerSettings settings) {
        this.name = name;
        this.directory = directory;
        this.port = port;
        this.distribution = distribution;
        this.settings = settings;
        this.process = new ServerProcess(name, directory);
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
        attempt(() -> process.launch(
                distribution.account().command(distribution.executable("postgres"), "-D", data().toString())));
    }

    @Override
    public void stop() {
        process.stop(this::askToStop);
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public boolean running() {
        return process.running();
    }

    @Override
    public void signal(String signal, int pid) {
        process.signalChild(signal, pid);
    }

    @Override
    public void freeze() {
        process.freeze();
    }

    @Override
    public void thaw() {
        process.thaw();
    }

    @Override
    public boolean frozen() {
        return process.frozen();
    }

    @Override
    public void write(String setting, String value) {
        attempt(() ->
                Files.writeString(alteredSettings(), ServerSettings.line(setting, value), StandardOpenOption.APPEND));
    }

    @Override
    public String lastWords() {
        return process.lastWords();
    }

    /** Ends the process without waiting for anybody, since the data goes too, and gives its port back. */
    void discard() {
        if (!Platform.isWindows()) {
            // The immediate shutdown takes children and shared memory with it.
            process.end(handle -> Signals.send("QUIT", List.of(handle)));
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
            Directories.copy(process.hasRun() ? data() : distribution.template(), target, path -> true);
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path alteredSettings() {
        return data().resolve("postgresql.auto.conf");
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
    private void askToStop(ProcessHandle stopping) {
        if (!Platform.isWindows()) {
            Signals.send("INT", List.of(stopping));
            return;
        }
        attempt(() -> Command.of(
                        distribution.executable("pg_ctl").toString(), "stop", "-m", "fast", "-D", data().toString())
                .mustSucceed());
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

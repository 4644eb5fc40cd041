package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The process of one server with its children, its log, and what can befall it. */
final class ServerProcess {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final int LAST_WORDS = 20;

    private final String name;
    private final Path directory;
    private volatile @Nullable Process process;
    private volatile boolean frozen;

    ServerProcess(String name, Path directory) {
        this.name = name;
        this.directory = directory;
    }

    void launch(List<String> command) throws IOException {
        ProcessBuilder builder = Command.builder(Terminal.detached(command)).directory(directory.toFile());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        Process started = builder.start();
        started.getOutputStream().close();
        process = started;
    }

    boolean hasRun() {
        return process != null;
    }

    boolean running() {
        Process current = process;
        return current != null && Signals.isAlive(current.toHandle());
    }

    /** Asks the process to end and waits until it has. */
    void stop(Consumer<ProcessHandle> request) {
        if (!end(request)) {
            throw new TestServerException(name + " does not stop; its last words:\n" + lastWords());
        }
    }

    /** Asks the process to end and waits a while; returns whether it has ended. */
    boolean end(Consumer<ProcessHandle> request) {
        Process ending = process;
        if (ending == null || !ending.isAlive()) {
            return true;
        }
        thaw();
        request.accept(ending.toHandle());
        return Waiting.within(STOP_PATIENCE, () -> !ending.isAlive());
    }

    void kill() {
        Process killed = process;
        if (killed == null || !killed.isAlive()) {
            return;
        }
        Signals.killAll(family(killed));
        melt();
    }

    /** Signals one child and no other process. */
    void signalChild(String signal, int pid) {
        ProcessHandle child = living().children()
                .filter(candidate -> candidate.pid() == pid)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(pid + " is no process of " + name));
        Signals.send(signal, List.of(child));
    }

    void freeze() {
        List<ProcessHandle> stopped = stopAll(living());
        try {
            Files.writeString(frozenMark(), pids(stopped));
        } catch (IOException failure) {
            throw failed(failure);
        }
        frozen = true;
    }

    void thaw() {
        if (frozen) {
            Process current = living();
            Signals.send("CONT", current.descendants().toList());
            Signals.send("CONT", List.of(current.toHandle()));
            melt();
        }
    }

    boolean frozen() {
        return frozen;
    }

    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
        } catch (IOException unreadable) {
            return "(no log: " + unreadable + ")";
        }
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    /** Tells the watchdog whom to thaw. */
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

    private void melt() {
        frozen = false;
        try {
            Files.deleteIfExists(frozenMark());
        } catch (IOException failure) {
            throw failed(failure);
        }
    }

    /** The parent first, so that no child is born meanwhile. */
    private static List<ProcessHandle> stopAll(Process parent) {
        Signals.send("STOP", List.of(parent.toHandle()));
        List<ProcessHandle> family = family(parent);
        Signals.send("STOP", family);
        return family;
    }

    private static List<ProcessHandle> family(Process parent) {
        return Stream.concat(Stream.of(parent.toHandle()), parent.descendants()).toList();
    }

    private static String pids(List<ProcessHandle> processes) {
        return processes.stream().map(each -> Long.toString(each.pid())).collect(Collectors.joining(" "));
    }

    private UncheckedIOException failed(IOException failure) {
        return new UncheckedIOException(name + ": " + failure.getMessage(), failure);
    }
}

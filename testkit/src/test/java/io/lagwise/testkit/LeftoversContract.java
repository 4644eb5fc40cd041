package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.testkit.ServerOwner.Habit;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Child JVMs own servers and end in all ways; nothing of them may stay. */
@Execution(ExecutionMode.CONCURRENT)
abstract class LeftoversContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--");

    @TempDir
    private Path temporary;

    private Path parent;
    private final List<Process> owners = new ArrayList<>();

    /** The kind of servers, as {@link ServerOwner} names it. */
    abstract String kind();

    /** What stands in the command line of a server and of no other process. */
    abstract String program();

    /** How many server processes one owner has, without their children. */
    abstract int servers();

    @BeforeEach
    void openDirectoryToServers() throws IOException {
        Directories.makeReadable(temporary);
        // Beside the directories of other servers, on the same kind of file system.
        parent = RunDirectory.create();
    }

    @AfterEach
    void endOwners() throws IOException {
        owners.forEach(Process::destroyForcibly);
        await().atMost(PATIENCE).until(() -> directories().isEmpty());
        Directories.delete(parent);
    }

    @Test
    void nothingIsLeftAfterClose() throws IOException {
        own(Habit.CLOSE);

        assertThat(processes()).isEmpty();
        assertThat(directories()).isEmpty();
    }

    @Test
    void nothingIsLeftWhenTheOwnerIsKilled() throws IOException {
        Process owner = own(Habit.FORGET);
        assertThat(processes()).hasSizeGreaterThan(1);

        owner.destroyForcibly();

        awaitNothingLeft();
    }

    @Test
    void nothingIsLeftWhenTheOwnerEndsWithoutClosing() throws IOException {
        Process owner = own(Habit.FORGET);

        owner.getOutputStream().close();

        awaitNothingLeft();
    }

    @Test
    void nextStartRemovesWhatNoWatchdogCould() throws IOException {
        Process owner = own(Habit.FORGET);
        Path abandoned = directories().get(0);
        abandon(owner);
        assertThat(processes()).isNotEmpty();

        own(Habit.FORGET);

        assertThat(directories()).hasSize(1).doesNotContain(abandoned);
        assertThat(processes()).noneMatch(process -> isIn(abandoned, process));
    }

    @Test
    void serversOfALivingOwnerAreLeftAlone() throws IOException {
        own(Habit.FORGET);
        own(Habit.FORGET);

        assertThat(directories()).hasSize(2);
        assertThat(processes())
                .filteredOn(process -> process.info().commandLine().orElse("").contains(program()))
                .hasSize(2 * servers());
    }

    @Test
    void ordinaryUserNeedsNothingFromRoot() throws IOException {
        assumeThat(ServerAccount.isRoot(temporary))
                .as("run as root; else all other tests run as an ordinary user")
                .isTrue();
        Path cache = temporary.resolve("cache");
        for (Path path : List.of(parent, Files.createDirectory(cache))) {
            Files.setAttribute(path, "unix:uid", 65534);
        }
        List<String> command = new ArrayList<>(AS_NOBODY);
        command.addAll(java(readableClassPath(), "-D" + CacheDirectory.PROPERTY + "=" + cache));

        Process owner = own(command, Habit.FORGET);
        assertThat(processes()).hasSizeGreaterThan(1).allMatch(process -> process.info()
                .user()
                .orElse("")
                .equals(owner.info().user().orElse("?")));

        owner.destroyForcibly();
        awaitNothingLeft();
    }

    final Process own(Habit habit) throws IOException {
        return own(java(System.getProperty("java.class.path")), habit);
    }

    private Process own(List<String> java, Habit habit) throws IOException {
        List<String> command = new ArrayList<>(java);
        command.add(ServerOwner.class.getName());
        command.addAll(List.of(kind(), habit.name()));
        Process owner = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectErrorStream(true)
                .start();
        owners.add(owner);
        awaitReadiness(owner);
        return owner;
    }

    /** Kills the owner and first the watchdog, so that the servers go on alone. */
    static void abandon(Process owner) {
        watchdogsOf(owner).forEach(ProcessHandle::destroyForcibly);
        owner.destroyForcibly().onExit().join();
    }

    private List<String> java(String classPath, String... options) {
        String executable =
                Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(executable, "-cp", classPath));
        command.add("-D" + RunDirectory.PROPERTY + "=" + parent);
        command.addAll(List.of(options));
        return command;
    }

    private static void awaitReadiness(Process owner) throws IOException {
        BufferedReader output = owner.inputReader(StandardCharsets.UTF_8);
        List<String> said = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.add(line);
            if (line.equals(ServerOwner.READY)) {
                return;
            }
        }
        throw new AssertionError("The owner of the servers failed:\n" + String.join("\n", said));
    }

    final void awaitNothingLeft() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(processes()).isEmpty();
            assertThat(directories()).isEmpty();
        });
    }

    final List<Path> directories() throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.toList();
        }
    }

    /** Servers and watchdogs, but not the JVMs that own them. */
    final List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> isIn(parent, process))
                .filter(process -> owners.stream().noneMatch(owner -> owner.pid() == process.pid()))
                .filter(Signals::isAlive)
                .toList();
    }

    private static boolean isIn(Path directory, ProcessHandle process) {
        return process.info().commandLine().orElse("").contains(directory.toString())
                || workingDirectory(process).startsWith(directory);
    }

    /** Backends change their command line, but work in the directory of their data. */
    private static Path workingDirectory(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"));
        } catch (IOException goneOrNotLinux) {
            return Path.of("");
        }
    }

    private static List<ProcessHandle> watchdogsOf(Process owner) {
        return owner.children()
                .filter(child -> child.info().commandLine().orElse("").contains("lagwise-watchdog"))
                .toList();
    }

    /** The local repository may lie in root's closed home. */
    private String readableClassPath() throws IOException {
        Path copies = Files.createDirectory(temporary.resolve("classpath"));
        Directories.makeReadable(copies);
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path original = Path.of(entry);
            Path copy = copies.resolve(entries.size() + "-" + original.getFileName());
            if (Files.exists(original)) {
                Directories.copy(original, copy, path -> true);
                entries.add(copy.toString());
            }
        }
        return entries.stream().collect(Collectors.joining(File.pathSeparator));
    }
}

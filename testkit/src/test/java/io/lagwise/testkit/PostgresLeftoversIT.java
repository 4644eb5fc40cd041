package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.testkit.ClusterOwner.Habit;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Child JVMs own a cluster and end in all ways; nothing of it may stay. */
class PostgresLeftoversIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CREATOR = 4;
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--");

    @TempDir
    private Path temporary;

    private Path clusters;
    private final List<Process> owners = new ArrayList<>();

    @BeforeEach
    void openDirectoryToServers() throws IOException {
        Directories.makeReadable(temporary);
        // Beside the directories of other clusters, on the same kind of file system.
        clusters = ClusterDirectory.create();
    }

    @AfterEach
    void endOwners() throws IOException {
        owners.forEach(Process::destroyForcibly);
        await().atMost(PATIENCE).until(() -> directories().isEmpty());
        Directories.delete(clusters);
    }

    @Test
    void nothingIsLeftAfterClose() throws IOException {
        own(Habit.CLOSE);

        assertThat(processes()).isEmpty();
        assertThat(directories()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"FORGET", "FREEZE", "KILL"})
    void nothingIsLeftWhenTheOwnerIsKilled(Habit habit) throws IOException {
        Process owner = own(habit);
        List<String> postmasters = postmasters();
        assertThat(processes()).hasSizeGreaterThan(1);
        assertThat(sharedMemoryOf(postmasters)).hasSize(2);

        owner.destroyForcibly();

        awaitNothingLeft();
        assertThat(sharedMemoryOf(postmasters)).isEmpty();
    }

    @Test
    void nothingIsLeftWhenTheOwnerEndsWithoutClosing() throws IOException {
        Process owner = own(Habit.FORGET);

        owner.getOutputStream().close();

        awaitNothingLeft();
    }

    @Test
    void nextClusterRemovesWhatNoWatchdogCould() throws IOException {
        Process owner = own(Habit.FORGET);
        Path abandoned = directories().get(0);
        List<String> postmasters = postmasters();
        watchdogsOf(owner).forEach(ProcessHandle::destroyForcibly);
        owner.destroyForcibly().onExit().join();
        assertThat(processes()).isNotEmpty();

        own(Habit.FORGET);

        assertThat(directories()).hasSize(1).doesNotContain(abandoned);
        assertThat(processes()).noneMatch(process -> isIn(abandoned, process));
        assertThat(sharedMemoryOf(postmasters)).isEmpty();
    }

    @Test
    void clusterOfALivingOwnerIsLeftAlone() throws IOException {
        own(Habit.FORGET);
        own(Habit.FORGET);

        assertThat(directories()).hasSize(2);
        assertThat(processes().stream()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains("postgres -D")))
                .hasSize(4);
    }

    @Test
    void ordinaryUserNeedsNothingFromRoot() throws IOException {
        assumeThat(ServerAccount.isRoot(temporary))
                .as("run as root; else all other tests run as an ordinary user")
                .isTrue();
        Path cache = temporary.resolve("cache");
        for (Path path : List.of(clusters, Files.createDirectory(cache))) {
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

    private Process own(Habit habit) throws IOException {
        return own(java(System.getProperty("java.class.path")), habit);
    }

    private Process own(List<String> java, Habit habit) throws IOException {
        List<String> command = new ArrayList<>(java);
        command.add(ClusterOwner.class.getName());
        command.add(habit.name());
        Process owner = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectErrorStream(true)
                .start();
        owners.add(owner);
        awaitReadiness(owner);
        return owner;
    }

    private List<String> java(String classPath, String... options) {
        String executable =
                Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(executable, "-cp", classPath));
        command.add("-D" + ClusterDirectory.PROPERTY + "=" + clusters);
        command.addAll(List.of(options));
        return command;
    }

    private static void awaitReadiness(Process owner) throws IOException {
        BufferedReader output = owner.inputReader(StandardCharsets.UTF_8);
        List<String> said = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.add(line);
            if (line.equals(ClusterOwner.READY)) {
                return;
            }
        }
        throw new AssertionError("The owner of the cluster failed:\n" + String.join("\n", said));
    }

    private void awaitNothingLeft() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(processes()).isEmpty();
            assertThat(directories()).isEmpty();
        });
    }

    private List<Path> directories() throws IOException {
        try (Stream<Path> children = Files.list(clusters)) {
            return children.toList();
        }
    }

    /** Servers and watchdogs, but not the JVMs that own them. */
    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> isIn(clusters, process))
                .filter(process -> owners.stream().noneMatch(owner -> owner.pid() == process.pid()))
                .filter(Signals::isAlive)
                .toList();
    }

    /** The process numbers that the servers have noted, dead or alive. */
    private List<String> postmasters() throws IOException {
        List<String> postmasters = new ArrayList<>();
        for (Path cluster : directories()) {
            for (String node : List.of("writer", "reader-1")) {
                postmasters.add(Files.readAllLines(cluster.resolve(node + "/data/postmaster.pid"))
                        .get(0));
            }
        }
        return postmasters;
    }

    private static List<String> sharedMemoryOf(List<String> creators) throws IOException {
        Path segments = Path.of("/proc/sysvipc/shm");
        assumeThat(segments).exists();
        return Files.readAllLines(segments).stream()
                .filter(line -> creators.contains(line.strip().split("\\s+")[CREATOR]))
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

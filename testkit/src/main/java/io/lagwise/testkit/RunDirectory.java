package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the directory that servers run in and removes those whose JVM is gone.
 *
 * <p>It lies in memory where Linux offers plenty, because a start makes and an end removes some thousand small files,
 * which a disk does not like; else among Java's temporary files. The system property {@value #PROPERTY} rules both out.
 */
final class RunDirectory implements AutoCloseable {
    static final String PROPERTY = "lagwise.testkit.directory";
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long PLENTY = 4L << 30;
    private static final String PREFIX = "lagwise-run-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-.*");

    private final Path path;
    private final Watchdog watchdog;

    private RunDirectory(Path path, Watchdog watchdog) {
        this.path = path;
        this.watchdog = watchdog;
    }

    /** Makes a directory that is removed, with the servers in it, when this JVM ends. */
    static RunDirectory open() {
        try {
            removeAbandoned();
            Path path = create();
            return new RunDirectory(path, Watchdog.over(path));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Path of(String server) {
        return path.resolve(server);
    }

    /** Removes the directory, in which no server may run any more. */
    @Override
    public void close() {
        try {
            Directories.delete(path);
            watchdog.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Path create() throws IOException {
        Path directory = Files.createTempDirectory(
                parent(), PREFIX + ProcessHandle.current().pid() + "-");
        Directories.makeReadable(directory);
        return directory.toRealPath();
    }

    /** The watchdog leaves nothing; this is for directories whose watchdog was killed too, or never was. */
    private static void removeAbandoned() throws IOException {
        for (Path parent : candidates()) {
            removeAbandoned(parent);
        }
    }

    private static void removeAbandoned(Path parent) throws IOException {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : directories) {
                if (isAbandoned(directory) && Files.isWritable(directory)) {
                    remove(directory.toRealPath());
                }
            }
        }
    }

    private static Path parent() throws IOException {
        for (Path candidate : candidates()) {
            if (!candidate.equals(MEMORY) || Files.getFileStore(MEMORY).getUsableSpace() >= PLENTY) {
                return candidate;
            }
        }
        throw new AssertionError("The last candidate is always taken");
    }

    private static List<Path> candidates() {
        String chosen = System.getProperty(PROPERTY);
        if (chosen != null) {
            return List.of(Path.of(chosen));
        }
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        return Files.isWritable(MEMORY) ? List.of(MEMORY, temporary) : List.of(temporary);
    }

    private static boolean isAbandoned(Path directory) {
        Matcher name = NAME.matcher(directory.getFileName().toString());
        return name.matches()
                && ProcessHandle.of(Long.parseLong(name.group(1)))
                        .filter(Signals::isAlive)
                        .isEmpty();
    }

    private static void remove(Path directory) throws IOException {
        killServersIn(directory);
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory)) {
            for (Path node : nodes) {
                SharedMemory.leftBy(node.resolve("data")).remove();
            }
        }
        Directories.delete(directory);
    }

    private static void killServersIn(Path directory) {
        String data = directory.toString();
        List<ProcessHandle> servers = ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(data))
                .flatMap(server -> Stream.concat(Stream.of(server), server.descendants()))
                .toList();
        Signals.killAll(servers);
    }
}

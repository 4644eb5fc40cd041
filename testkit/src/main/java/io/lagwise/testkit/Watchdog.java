package io.lagwise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ends the servers when this JVM ends, even when it is killed.
 *
 * <p>A shell process reads from a pipe that nobody writes to; its end means that the JVM is no more. A shutdown hook
 * could not see a kill, and Linux's parent-death signal comes already when the starting <em>thread</em> ends.
 */
final class Watchdog implements AutoCloseable {
    private final @Nullable Process process;

    private Watchdog(@Nullable Process process) {
        this.process = process;
    }

    static Watchdog over(Path directory) throws IOException {
        if (Platform.isWindows()) {
            return new Watchdog(null);
        }
        ProcessBuilder builder =
                Command.builder(List.of("/bin/sh", "-c", script(), "lagwise-watchdog", directory.toString()));
        builder.directory(Path.of("/").toFile());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        return new Watchdog(builder.start());
    }

    /** Lets it end; it finds no server to stop and no directory to remove. */
    @Override
    public void close() throws IOException {
        if (process != null) {
            process.getOutputStream().close();
            Waiting.until(() -> !process.isAlive(), () -> "the watchdog's end");
        }
    }

    private static String script() throws IOException {
        try (InputStream script = Watchdog.class.getResourceAsStream("watchdog.sh")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

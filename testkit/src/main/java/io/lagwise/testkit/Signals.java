package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Signals processes in the ways that {@link Process} does not know. */
final class Signals {
    private Signals() {}

    /** Sends a signal; a process that has ended meanwhile is none to complain about. */
    static void send(String signal, List<ProcessHandle> processes) {
        if (Platform.isWindows()) {
            throw new UnsupportedOperationException("Windows knows no signal " + signal);
        }
        String pids = processes.stream()
                .filter(Signals::isAlive)
                .map(process -> Long.toString(process.pid()))
                .collect(Collectors.joining(" "));
        if (!pids.isEmpty()) {
            run("kill -" + signal + " " + pids + " 2>/dev/null; true");
        }
    }

    static void killAll(List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroyForcibly);
        Waiting.until(
                () -> processes.stream().noneMatch(Signals::isAlive),
                () -> "killed, but still there: "
                        + processes.stream().filter(Signals::isAlive).toList());
    }

    /** A zombie is dead; in containers whose first process reaps nobody they stay for ever. */
    static boolean isAlive(ProcessHandle process) {
        return process.isAlive() && !isZombie(process);
    }

    private static boolean isZombie(ProcessHandle process) {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        try {
            String line = Files.exists(stat) ? Files.readString(stat) : "";
            return line.startsWith("Z", line.lastIndexOf(')') + 2);
        } catch (IOException ended) {
            return false;
        }
    }

    private static void run(String shellCommand) {
        try {
            Command.of("/bin/sh", "-c", shellCommand).mustSucceed();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

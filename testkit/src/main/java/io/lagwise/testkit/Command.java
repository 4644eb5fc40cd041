package io.lagwise.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a short command to its end. */
record Command(List<String> words) {

    static Command of(List<String> words) {
        return new Command(List.copyOf(words));
    }

    static Command of(String... words) {
        return new Command(List.of(words));
    }

    Outcome run() throws IOException {
        ProcessBuilder builder = builder(words).redirectErrorStream(true);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Outcome(process.waitFor(), output);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new TestServerException("Interrupted while running " + words, interrupted);
        }
    }

    void mustSucceed() throws IOException {
        Outcome outcome = run();
        if (!outcome.succeeded()) {
            throw new TestServerException(
                    String.join(" ", words) + " ended with " + outcome.code() + ": " + outcome.output());
        }
    }

    /** A builder whose environment cannot lead a server to anything of the user's own. */
    static ProcessBuilder builder(List<String> words) {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().keySet().removeIf(Command::isOfServers);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static boolean isOfServers(String variable) {
        return variable.startsWith("PG") || variable.startsWith("MYSQL") || variable.startsWith("MARIADB");
    }

    record Outcome(int code, String output) {
        boolean succeeded() {
            return code == 0;
        }
    }
}

package io.lagwise.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is typed at the terminal from the servers. */
final class Terminal {
    private static final List<String> DETACHING = detaching();

    private Terminal() {}

    /**
     * Returns the command so that Ctrl-C does not reach it, where that can be had.
     *
     * <p>Ctrl-C goes to all processes of a terminal at once: servers would be gone before the application that uses them
     * has closed, which then waits for connections that never come. The prefix replaces itself by the command.
     */
    static List<String> detached(List<String> command) {
        List<String> detached = new ArrayList<>(DETACHING);
        detached.addAll(command);
        return detached;
    }

    private static List<String> detaching() {
        List<String> prefix = List.of("setsid");
        try {
            return Command.of("setsid", "true").run().succeeded() ? prefix : List.of();
        } catch (IOException notInstalled) {
            return List.of();
        }
    }
}

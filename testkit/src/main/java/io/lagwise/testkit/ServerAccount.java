package io.lagwise.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the servers as a user whom they accept.
 *
 * <p>They refuse root. Both prefixes replace themselves by the command, so that the process started is the
 * server itself and can be signalled; {@code su} and {@code runuser} fork and are no use here.
 */
final class ServerAccount {
    private static final int NOBODY = 65534;
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--inh-caps=-all", "--");
    private static final List<String> IN_USER_NAMESPACE = List.of("unshare", "-U", "--");

    private final List<String> prefix;
    private final boolean otherUser;

    private ServerAccount(List<String> prefix) {
        this.prefix = prefix;
        this.otherUser = prefix.equals(AS_NOBODY);
    }

    /** Finds how to run a server, {@code owned} being a file that this process has made. */
    static ServerAccount forOwnerOf(Path owned) throws IOException {
        if (Platform.isWindows() || !isRoot(owned)) {
            return new ServerAccount(List.of());
        }
        for (List<String> prefix : List.of(AS_NOBODY, IN_USER_NAMESPACE)) {
            if (works(prefix)) {
                return new ServerAccount(prefix);
            }
        }
        throw new TestServerException("The servers do not run as root, and neither `setpriv` (util-linux) nor"
                + " `unshare -U` works here; run the JVM as an ordinary user");
    }

    static boolean isRoot(Path owned) throws IOException {
        return Files.getAttribute(owned, "unix:uid").equals(0);
    }

    List<String> command(Path executable, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(executable.toString());
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Hands a directory and all in it to the servers' user. */
    void own(Path directory) throws IOException {
        if (!otherUser) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:gid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static boolean works(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            return Command.of(command).run().succeeded();
        } catch (IOException notInstalled) {
            return false;
        }
    }
}

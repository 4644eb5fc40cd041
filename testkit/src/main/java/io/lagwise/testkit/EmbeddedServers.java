package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Servers from the Maven-distributed binaries, as child processes of this JVM. */
final class EmbeddedServers implements PostgresServers {
    private final PostgresDistribution distribution;
    private final ServerSettings settings;
    private final Path directory;
    private final Watchdog watchdog;
    private final List<EmbeddedServer> servers = new CopyOnWriteArrayList<>();

    private EmbeddedServers(
            PostgresDistribution distribution, ServerSettings settings, Path directory, Watchdog watchdog) {
        this.distribution = distribution;
        this.settings = settings;
        this.directory = directory;
        this.watchdog = watchdog;
    }

    static EmbeddedServers open(ServerSettings settings) {
        try {
            ClusterDirectory.removeAbandoned();
            PostgresDistribution distribution = PostgresDistribution.install();
            Path directory = ClusterDirectory.create();
            return new EmbeddedServers(distribution, settings, directory, Watchdog.over(directory));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public PostgresServer create(String name) {
        EmbeddedServer server = new EmbeddedServer(name, directory.resolve(name), Ports.next(), distribution, settings);
        servers.add(server);
        return server;
    }

    @Override
    public void close() {
        try {
            servers.forEach(EmbeddedServer::discard);
            Directories.delete(directory);
            watchdog.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

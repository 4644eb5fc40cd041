package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Servers from the Maven-distributed binaries, as child processes of this JVM. */
final class EmbeddedServers implements PostgresServers {
    private final PostgresDistribution distribution;
    private final ServerSettings settings;
    private final RunDirectory directory;
    private final List<EmbeddedServer> servers = new CopyOnWriteArrayList<>();

    private EmbeddedServers(PostgresDistribution distribution, ServerSettings settings, RunDirectory directory) {
        this.distribution = distribution;
        this.settings = settings;
        this.directory = directory;
    }

    static EmbeddedServers open(ServerSettings settings) {
        try {
            return new EmbeddedServers(PostgresDistribution.install(), settings, RunDirectory.open());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public PostgresServer create(String name) {
        EmbeddedServer server = new EmbeddedServer(name, directory.of(name), Ports.next(), distribution, settings);
        servers.add(server);
        return server;
    }

    @Override
    public void close() {
        servers.forEach(EmbeddedServer::discard);
        directory.close();
    }
}

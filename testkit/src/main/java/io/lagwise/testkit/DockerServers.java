package io.lagwise.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

/** Servers in containers of one PostgreSQL image, on a network of their own. */
final class DockerServers implements PostgresServers {
    private final String image;
    private final ServerSettings settings;
    private final Network network;
    private final List<DockerServer> servers = new CopyOnWriteArrayList<>();

    private DockerServers(String image, ServerSettings settings, Network network) {
        this.image = image;
        this.settings = settings;
        this.network = network;
    }

    static DockerServers open(String image, ServerSettings settings) {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new TestServerException("No Docker engine answers, so there is no server from image " + image
                    + "; leave image(...) out for the embedded ones");
        }
        return new DockerServers(image, settings, Network.newNetwork());
    }

    @Override
    public PostgresServer create(String name) {
        DockerServer server = new DockerServer(name, image, network, settings);
        servers.add(server);
        return server;
    }

    @Override
    public void close() {
        servers.forEach(DockerServer::discard);
        network.close();
    }
}

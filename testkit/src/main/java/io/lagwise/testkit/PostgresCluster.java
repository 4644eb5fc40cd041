package io.lagwise.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL writer and its streaming hot standbys.
 *
 * <p>The servers are child processes on the loopback interface with temporary directories. They end with
 * {@link #close()} and at the latest with the JVM, even when that is killed. One thread at a time may administer a
 * cluster; connections may be used by all.
 */
public final class PostgresCluster implements AutoCloseable {
    private final PostgresServers servers;
    private final ApplicationDatabase database;
    private final List<PostgresNode> nodes = new CopyOnWriteArrayList<>();
    private final List<PostgresNode> readers = new CopyOnWriteArrayList<>();
    private volatile PostgresNode writer;

    private PostgresCluster(PostgresServers servers, ApplicationDatabase database) {
        this.servers = servers;
        this.database = database;
        this.writer = node("writer");
    }

    /** Returns a builder of a cluster with two readers. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the current writer, which changes with {@link #promote}. */
    public PostgresNode writer() {
        return writer;
    }

    /** Returns the current readers, in order of their birth. */
    public List<PostgresNode> readers() {
        return List.copyOf(readers);
    }

    /** Returns one of {@link #readers()}, counted from zero. */
    public PostgresNode reader(int index) {
        return readers.get(index);
    }

    /** Returns all servers, deposed writers too. */
    public List<PostgresNode> nodes() {
        return List.copyOf(nodes);
    }

    /** Returns a URL of all servers that finds the writer, also after a promotion. */
    public String writerUrl() {
        String hosts = Stream.concat(Stream.of(writer), nodes.stream().filter(node -> node != writer))
                .map(node -> node.server().host() + ":" + node.port())
                .collect(Collectors.joining(","));
        return "jdbc:postgresql://" + hosts + "/" + database.name() + "?targetServerType=primary&hostRecheckSeconds=0";
    }

    /**
     * Makes a reader the writer and lets the others follow it.
     *
     * <p>The old writer is left as it is, alive or not; {@link PostgresNode#demote} or {@link PostgresNode#kill} it to
     * have {@link #writerUrl()} pass it by, {@link #rebuild} it to have it back. A reader that has received what the
     * promoted one never did is rebuilt.
     */
    public void promote(PostgresNode reader) {
        if (!readers.remove(reader)) {
            throw new IllegalArgumentException(reader + " is not a reader of this cluster");
        }
        Promotion promotion = new Promotion(reader, readers());
        List<PostgresNode> diverged = promotion.run();
        writer = reader;
        diverged.forEach(this::rebuild);
    }

    /** Makes a server a fresh reader of the current writer, whatever it was before. */
    public void rebuild(PostgresNode node) {
        if (node == writer) {
            throw new IllegalArgumentException(node + " is the writer");
        }
        node.kill();
        node.replication().copyFrom(writer.server());
        startAsReader(node);
        if (!readers.contains(node)) {
            readers.add(node);
        }
    }

    /** Adds a reader from an online backup and returns it when it has caught up. */
    public PostgresNode addReader() {
        PostgresNode reader = copyOfWriter();
        startAsReader(reader);
        return reader;
    }

    /**
     * Blocks until every reader has replayed all that the writer has written.
     *
     * <p>Those that are down or frozen are not waited for; one that is paused or cut makes this fail after a minute.
     */
    public void awaitReaders() {
        long position = writer.position();
        readers.stream().filter(reader -> reader.server().responds()).forEach(reader -> reader.awaitPosition(position));
    }

    /** Ends all servers and removes their directories. */
    @Override
    public void close() {
        servers.close();
    }

    private void start(int count) {
        writer.server().initialize();
        IntStream.range(0, count).forEach(index -> copyOfWriter());
        nodes.forEach(PostgresNode::launch);
        nodes.forEach(PostgresNode::awaitReady);
        database.createOn(writer.server());
        checkpoint();
    }

    /** A reader that crashes comes back at its last restart point, where the database must be there already. */
    private void checkpoint() {
        writer.checkpoint();
        awaitReaders();
        readers.forEach(PostgresNode::checkpoint);
    }

    private void startAsReader(PostgresNode node) {
        node.start();
        node.awaitPosition(writer.position());
    }

    private PostgresNode copyOfWriter() {
        PostgresNode reader = node("reader-" + nodes.size());
        reader.replication().copyFrom(writer.server());
        readers.add(reader);
        return reader;
    }

    private PostgresNode node(String name) {
        PostgresNode node = new PostgresNode(servers.create(name), database);
        nodes.add(node);
        return node;
    }

    /** Chooses what {@link PostgresCluster} shall be. */
    public static final class Builder {
        private int readers = 2;
        private String database = "app";
        private String user = "app";
        private @Nullable String image;
        private final Map<String, String> settings = new LinkedHashMap<>();

        private Builder() {}

        /** Sets the number of readers; two by default. */
        public Builder readers(int count) {
            readers = count;
            return this;
        }

        /** Sets the name of the application's database; {@code app} by default. */
        public Builder database(String name) {
            database = name;
            return this;
        }

        /** Sets the application's role, whose password is its name; {@code app} by default. */
        public Builder user(String name) {
            user = name;
            return this;
        }

        /** Sets a server setting on all nodes, such as {@code synchronous_commit}. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /**
         * Runs the servers in Docker containers of this PostgreSQL image.
         *
         * <p>Needs Testcontainers on the class path.
         */
        public Builder image(String name) {
            image = name;
            return this;
        }

        /** Starts the servers and returns when every reader has the application's database. */
        public PostgresCluster start() {
            ServerSettings all = new ServerSettings(Map.copyOf(settings));
            PostgresServers servers = image == null ? EmbeddedServers.open(all) : DockerServers.open(image, all);
            try {
                PostgresCluster cluster = new PostgresCluster(servers, new ApplicationDatabase(database, user, user));
                cluster.start(readers);
                return cluster;
            } catch (RuntimeException failure) {
                servers.close();
                throw failure;
            }
        }
    }
}

package io.lagwise.testkit;

/** Where the servers of one cluster live. */
interface PostgresServers extends AutoCloseable {
    PostgresServer create(String name);

    /** Stops what still runs and leaves nothing behind. */
    @Override
    void close();
}

package io.lagwise.testkit;

/** One server as a machine: what must be done to it from outside, without SQL. */
interface PostgresServer {
    String name();

    String host();

    int port();

    /** Where other servers of the cluster find this one. */
    String replicationHost();

    int replicationPort();

    /** Makes an empty database directory. */
    void initialize();

    /** Replaces the database directory by one that stands by for {@code source}, which may be running. */
    void copyFrom(PostgresServer source);

    /** Starts the process and returns before it accepts connections. */
    void launch();

    void stop();

    void kill();

    boolean running();

    /** Signals one process of this server and no other; the server itself numbers them. */
    void signal(String signal, int pid);

    void freeze();

    void thaw();

    boolean frozen();

    default boolean responds() {
        return running() && !frozen();
    }

    /** Takes effect when the configuration is read next, unlike {@code ALTER SYSTEM} also on a server that is down. */
    void write(String setting, String value);

    /** The last lines of the server's log. */
    String lastWords();
}

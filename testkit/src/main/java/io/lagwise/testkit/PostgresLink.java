package io.lagwise.testkit;

/**
 * A way to a PostgreSQL server that can be cut or stalled, while others use another.
 *
 * <p>It listens on the loopback interface on a port of its own. Thread-safe.
 */
public final class PostgresLink implements AutoCloseable {
    private final Link link;
    private final ApplicationDatabase database;

    PostgresLink(Link link, ApplicationDatabase database) {
        this.link = link;
        this.database = database;
    }

    /** Returns the URL of the application's database by this way. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + link.address() + "/" + database.name();
    }

    /** Ends all connections, and every new one at once. */
    public void cut() {
        link.cut();
    }

    /** Keeps connections open and lets nothing pass, neither way; as if the machine of the clients had vanished. */
    public void stall() {
        link.stall();
    }

    /** Lets everything pass again; what was stalled arrives late. */
    public void restore() {
        link.restore();
    }

    /** Ends all connections and gives the port back. */
    @Override
    public void close() {
        link.close();
    }
}

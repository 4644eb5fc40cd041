package io.lagwise.testkit;

/**
 * A way to a Redis server that can be cut or stalled, while others use another.
 *
 * <p>It listens on the loopback interface on a port of its own. Thread-safe.
 */
public final class RedisLink implements AutoCloseable {
    private final Link link;

    RedisLink(Link link) {
        this.link = link;
    }

    /** Returns the address of this way as clients take it. */
    public String address() {
        return "redis://" + link.address();
    }

    /** Ends all connections, and every new one at once. */
    public void cut() {
        link.cut();
    }

    /** Keeps connections open and lets nothing pass, neither way. */
    public void stall() {
        link.stall();
    }

    /** Lets everything pass again; what was stalled arrives late. */
    public void restore() {
        link.restore();
    }

    /** Leads to another server from now on, and ends all connections to the former one; a failover as clients see it. */
    public void redirect(RedisServer server) {
        link.redirect(server.port());
    }

    /** Ends all connections and gives the port back. */
    @Override
    public void close() {
        link.close();
    }
}

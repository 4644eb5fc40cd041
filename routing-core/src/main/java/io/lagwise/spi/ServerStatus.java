package io.lagwise.spi;

/**
 * What a server said of itself in one statement.
 *
 * @param server who answered
 * @param role what it was at that moment
 * @param timeline the timeline it writes, or a lower bound of the one it replays
 * @param started when it started, in microseconds by its own clock
 * @param position for a writer a bound of all that it has committed, for a reader what it has applied
 */
public record ServerStatus(ServerId server, Role role, long timeline, long started, Position position) {
    /** What a server is in replication. */
    public enum Role {
        /** Takes writes. */
        WRITER,
        /** Replays another's log. */
        READER
    }

    /** Returns whether the server takes writes. */
    public boolean isWriter() {
        return role == Role.WRITER;
    }

    /** Returns the epoch in which this server is the writer. */
    public Epoch epoch() {
        return new Epoch(timeline, started, server);
    }
}

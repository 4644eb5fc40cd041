package io.lagwise;

/**
 * Where one statement went, and why.
 *
 * @param target the kind of source
 * @param node the name of the server as configured; {@code writer} for the writer, {@code cache} for the cache
 * @param reason why this source
 */
public record RouteDecision(Target target, String node, RouteReason reason) {
    /** The kinds of source that can answer a statement. */
    public enum Target {
        /** The server that takes writes. */
        WRITER,
        /** A replica of it. */
        READER,
        /** A kept result, without any server. */
        CACHE
    }

    @Override
    public String toString() {
        return node + " (" + reason + ")";
    }
}

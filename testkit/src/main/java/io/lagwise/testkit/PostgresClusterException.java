package io.lagwise.testkit;

/** Tells what a cluster could not do, ending with the server's own words. */
public final class PostgresClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PostgresClusterException(String message) {
        super(message);
    }

    PostgresClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}

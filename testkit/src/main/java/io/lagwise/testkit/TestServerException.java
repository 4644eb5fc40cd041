package io.lagwise.testkit;

/** Tells what a server could not do; the message ends with the server's own words. */
public final class TestServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TestServerException(String message) {
        super(message);
    }

    TestServerException(String message, Throwable cause) {
        super(message, cause);
    }
}

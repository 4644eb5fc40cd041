package io.lagwise.routing;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Catches what JDBC calls throw. */
final class Failures {
    private Failures() {}

    static SQLException failureOf(ThrowingCallable call) {
        SQLException failure = catchThrowableOfType(SQLException.class, call);
        if (failure == null) {
            throw new AssertionError("Nothing failed");
        }
        return failure;
    }

    /** Returns the SQLState, or none if nothing fails. */
    static String stateOrNone(ThrowingCallable call) {
        SQLException failure = catchThrowableOfType(SQLException.class, call);
        return failure == null ? "none" : failure.getSQLState();
    }

    static String stateOf(ThrowingCallable call) {
        return failureOf(call).getSQLState();
    }
}

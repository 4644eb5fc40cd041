package io.lagwise.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls methods of a driver's objects on behalf of proxies, with the driver's own exceptions. */
final class Calls {
    private Calls() {}

    static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments) throws SQLException {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw asIs(e.getCause(), method);
        } catch (IllegalAccessException e) {
            throw new SQLException("The driver does not give access to " + method.getName(), e);
        }
    }

    /** Returns the only argument of {@code unwrap} and {@code isWrapperFor}. */
    static Class<?> typeIn(Object @Nullable [] arguments) {
        return (Class<?>) Objects.requireNonNull(arguments)[0];
    }

    private static SQLException asIs(@Nullable Throwable cause, Method method) {
        if (cause instanceof SQLException sql) {
            return sql;
        }
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new SQLException("The driver failed in " + method.getName(), cause);
    }
}

package io.lagwise.jdbc;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What driver and server of one data source always answer alike, asked once.
 *
 * <p>Thread-safe.
 */
final class DriverConstants {
    /** A question: a method and its arguments, all of them plain values. */
    private record Question(String method, List<Object> arguments) {}

    private final Map<Question, Object> answers = new ConcurrentHashMap<>();
    private final Map<Class<?>, Boolean> wrapped = new ConcurrentHashMap<>();

    /** Asks the driver. */
    @FunctionalInterface
    interface Asking<E extends Exception> {
        @Nullable
        Object ask() throws E;
    }

    /** Returns the answer, asking only if it is not known. */
    <E extends Exception> @Nullable Object answer(Method method, Object @Nullable [] arguments, Asking<E> asking)
            throws E {
        Question question =
                new Question(method.getName(), arguments == null ? List.of() : Arrays.asList(arguments.clone()));
        Object known = answers.get(question);
        if (known != null) {
            return known;
        }
        Object asked = asking.ask();
        if (asked != null) {
            answers.put(question, asked);
        }
        return asked;
    }

    /** Returns whether connections wrap the type, asking only if it is not known. */
    <E extends Exception> boolean isWrapperFor(Class<?> type, Asking<E> asking) throws E {
        Boolean known = wrapped.get(type);
        if (known != null) {
            return known;
        }
        boolean asked = Boolean.TRUE.equals(asking.ask());
        wrapped.put(type, asked);
        return asked;
    }
}

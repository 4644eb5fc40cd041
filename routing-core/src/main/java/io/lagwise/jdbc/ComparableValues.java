package io.lagwise.jdbc;

import io.lagwise.spi.Spelled;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.temporal.Temporal;
import java.util.Date;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns the value of a parameter into one that equals another only if drivers send the same for both.
 *
 * <p>Classes that are not known here may equal where they are not the same, or change, and have no such value.
 */
final class ComparableValues {
    private static final Set<Class<?>> AS_THEY_ARE = Set.of(
            String.class,
            Integer.class,
            Long.class,
            Short.class,
            Byte.class,
            Boolean.class,
            Double.class,
            Float.class,
            Character.class,
            BigDecimal.class,
            BigInteger.class,
            UUID.class);

    private static final Set<Class<?>> IN_DEFAULT_ZONE = Set.of(java.sql.Date.class, Time.class, Timestamp.class);

    /** A value of a kind whose {@code equals} takes other kinds for equal, or that is sent in the default time zone. */
    private record Zoned(Class<?> kind, Date value, String zone) implements Spelled {
        @Override
        public String spelling() {
            int nanos = value instanceof Timestamp timestamp ? timestamp.getNanos() : 0;
            return String.join(":", kind.getName(), String.valueOf(value.getTime()), String.valueOf(nanos), zone);
        }
    }

    private ComparableValues() {}

    /** Returns the value to compare, or null if there is none. */
    static @Nullable Object of(Object value) {
        Class<?> kind = value.getClass();
        if (AS_THEY_ARE.contains(kind)) {
            return value;
        }
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes.clone()).asReadOnlyBuffer();
        }
        if (IN_DEFAULT_ZONE.contains(kind)) {
            return new Zoned(kind, (Date) value, TimeZone.getDefault().getID());
        }
        return value instanceof Temporal && kind.getName().startsWith("java.time.") ? value : null;
    }
}

package io.lagwise.spi;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.temporal.Temporal;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Spells parts of a key in bytes, of which different parts have different ones in any process.
 *
 * <p>Each part is its kind, the length of what follows, and a text or bytes that only equal parts of the kind have.
 */
final class KeyBytes {
    private static final String NULL = "-";

    /** Kinds whose {@code toString} tells apart whatever their {@code equals} does. */
    private static final Set<Class<?>> TOLD_BY_TEXT = Set.of(
            String.class,
            Integer.class,
            Long.class,
            Short.class,
            Byte.class,
            Boolean.class,
            Character.class,
            Double.class,
            Float.class,
            BigDecimal.class,
            BigInteger.class,
            UUID.class);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private boolean whole = true;

    /** Adds a number of parts, so that it is known where they end. */
    KeyBytes count(int parts) {
        return write("#", String.valueOf(parts).getBytes(StandardCharsets.UTF_8));
    }

    KeyBytes add(@Nullable Object part) {
        if (part == null) {
            return write(NULL, new byte[0]);
        }
        Class<?> kind = part.getClass();
        if (part instanceof Spelled spelled) {
            return text(kind, spelled.spelling());
        }
        if (part instanceof ByteBuffer buffer) {
            byte[] content = new byte[buffer.remaining()];
            buffer.duplicate().get(content);
            return write("bytes", content);
        }
        boolean told = TOLD_BY_TEXT.contains(kind)
                || part instanceof Temporal && kind.getName().startsWith("java.time.");
        return text(kind, told ? part.toString() : null);
    }

    private KeyBytes text(Class<?> kind, @Nullable String text) {
        if (text == null) {
            whole = false;
            return this;
        }
        return write(kind.getName(), text.getBytes(StandardCharsets.UTF_16BE));
    }

    private KeyBytes write(String kind, byte[] content) {
        try {
            out.writeUTF(kind);
            out.writeInt(content.length);
            out.write(content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns all that was added; null if something has no spelling. */
    byte @Nullable [] toBytes() {
        return whole ? bytes.toByteArray() : null;
    }
}

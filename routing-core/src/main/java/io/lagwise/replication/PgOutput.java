package io.lagwise.replication;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of {@code pgoutput}, protocol version 1, for the tables that each transaction has written.
 *
 * <p>PostgreSQL manual, "Logical Replication Message Formats". Rows are not looked at. Whatever is not understood is
 * refused, as it may hide a write: the reader is of no use afterwards. Not thread-safe.
 */
final class PgOutput {
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    private final Map<Integer, String> names = new HashMap<>();
    /** Of the transaction that is being read. */
    private final Set<String> written = new LinkedHashSet<>();

    private long transaction;
    private boolean begun;

    /** Reads one message; returns the transaction that it ends, or null. */
    @Nullable
    Committed read(ByteBuffer message) throws SQLException {
        try {
            byte type = message.get();
            switch (type) {
                case 'B' -> begin(message);
                case 'R' -> name(message);
                case 'I', 'U', 'D' -> write(message.getInt());
                case 'T' -> truncate(message);
                case 'C' -> {
                    return commit(message);
                }
                // Origin, type and message: nothing is written by them.
                case 'O', 'Y', 'M' -> {}
                default -> throw refusal("a message of type " + type);
            }
            return null;
        } catch (BufferUnderflowException e) {
            throw refusal("a message that ends too early");
        }
    }

    private void begin(ByteBuffer message) throws SQLException {
        if (begun) {
            throw refusal("a transaction within another");
        }
        message.getLong();
        message.getLong();
        transaction = message.getInt() & UNSIGNED;
        begun = true;
    }

    private void name(ByteBuffer message) {
        int relation = message.getInt();
        String schema = text(message);
        names.put(relation, (schema.isEmpty() ? "pg_catalog" : schema) + "." + text(message));
    }

    private static String text(ByteBuffer message) {
        int start = message.position();
        int length = 0;
        while (message.get() != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        message.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void write(int relation) throws SQLException {
        String name = names.get(relation);
        if (!begun || name == null) {
            throw refusal("a write of relation " + (relation & UNSIGNED) + ", which was not announced");
        }
        written.add(name);
    }

    private void truncate(ByteBuffer message) throws SQLException {
        int count = message.getInt();
        message.get();
        if (count < 1 || count > message.remaining() / Integer.BYTES) {
            throw refusal("a truncation of " + count + " tables");
        }
        for (int i = 0; i < count; i++) {
            write(message.getInt());
        }
    }

    private Committed commit(ByteBuffer message) throws SQLException {
        if (!begun) {
            throw refusal("the end of no transaction");
        }
        message.get();
        message.getLong();
        Committed committed = new Committed(written, List.of(transaction), message.getLong());
        message.getLong();
        written.clear();
        begun = false;
        return committed;
    }

    private static SQLException refusal(String what) {
        return new SQLDataException("The stream of changes holds " + what);
    }
}

package io.lagwise.cache;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Field;
import org.postgresql.core.Tuple;

/**
 * Rows of PostgreSQL as bytes: how many fields, each of them, how many rows, each value of each with its length.
 *
 * <p>Reading takes no more memory than a multiple of what there is to read, whatever the bytes say.
 */
final class PostgresRowsFormat {
    private static final int NULL = -1;

    /** Bytes of a field beside its label, and of a row without values; more than none, so that counts are bounded. */
    private static final int FIELD = 23;

    private static final int ROW = 4;

    /** Fields and rows. */
    record Content(Field[] fields, List<Tuple> rows) {}

    private PostgresRowsFormat() {}

    static byte[] write(Field[] fields, List<Tuple> rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(fields.length);
            for (Field field : fields) {
                write(field, out);
            }
            out.writeInt(rows.size());
            for (Tuple row : rows) {
                write(row, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(Field field, DataOutputStream out) throws IOException {
        byte[] label = field.getColumnLabel().getBytes(StandardCharsets.UTF_8);
        out.writeInt(label.length);
        out.write(label);
        out.writeInt(field.getOID());
        out.writeShort(field.getLength());
        out.writeInt(field.getMod());
        out.writeInt(field.getTableOid());
        out.writeInt(field.getPositionInTable());
        out.writeByte(field.getFormat());
    }

    private static void write(Tuple row, DataOutputStream out) throws IOException {
        out.writeInt(row.fieldCount());
        for (int i = 0; i < row.fieldCount(); i++) {
            byte[] value = row.get(i);
            out.writeInt(value == null ? NULL : value.length);
            if (value != null) {
                out.write(value);
            }
        }
    }

    /** Returns what was written; null if the bytes were not. */
    static @Nullable Content read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            Field[] fields = new Field[count(in, FIELD)];
            for (int i = 0; i < fields.length; i++) {
                fields[i] = field(in);
            }
            int rowCount = count(in, ROW + ROW * fields.length);
            List<Tuple> rows = new ArrayList<>(rowCount);
            for (int i = 0; i < rowCount; i++) {
                rows.add(row(in, fields.length));
            }
            return in.hasRemaining() ? null : new Content(fields, List.copyOf(rows));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null;
        }
    }

    private static Field field(ByteBuffer in) {
        String label = new String(value(in, in.getInt()), StandardCharsets.UTF_8);
        Field field = new Field(label, in.getInt(), in.getShort(), in.getInt(), in.getInt(), in.getInt());
        int format = in.get();
        if (format != Field.TEXT_FORMAT && format != Field.BINARY_FORMAT) {
            throw new IllegalArgumentException("no format");
        }
        field.setFormat(format);
        return field;
    }

    private static Tuple row(ByteBuffer in, int fields) {
        if (in.getInt() != fields) {
            throw new IllegalArgumentException("a row of another width");
        }
        byte[][] values = new byte[fields][];
        for (int i = 0; i < fields; i++) {
            int length = in.getInt();
            if (length != NULL) {
                values[i] = value(in, length);
            }
        }
        return new Tuple(values);
    }

    private static byte[] value(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }

    /** Returns a number of things that take at least so many bytes each. */
    private static int count(ByteBuffer in, int least) {
        int count = in.getInt();
        if (count < 0 || (long) count * least > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return count;
    }
}

package io.lagwise.redis;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A result as it is kept in Redis.
 *
 * @param versions what its tables held before it was read; null where it may be old
 * @param until when it ends, by the clock of the machine that kept it
 * @param rows the rows in bytes
 */
record Kept(@Nullable RecordVersions versions, Instant until, byte[] rows) {
    /** Bytes of a record's name and version without their letters. */
    private static final int LENGTHS = 8;

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(rows.length + 256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(until.toEpochMilli());
            out.writeBoolean(versions != null);
            if (versions != null) {
                write(text(Epochs.text(versions.epoch())), out);
                out.writeInt(versions.records().size());
                for (int i = 0; i < versions.records().size(); i++) {
                    write(text(versions.records().get(i)), out);
                    write(text(versions.versions().get(i)), out);
                }
            }
            write(rows, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void write(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Returns what was written; null if the bytes were not. */
    static @Nullable Kept of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            Instant until = Instant.ofEpochMilli(in.getLong());
            RecordVersions versions = in.get() == 0 ? null : versions(in);
            byte[] rows = read(in);
            return in.hasRemaining() ? null : new Kept(versions, until, rows);
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static RecordVersions versions(ByteBuffer in) {
        String epoch = readText(in);
        int count = in.getInt();
        if (count < 0 || (long) count * LENGTHS > in.remaining()) {
            throw new BufferUnderflowException();
        }
        List<String> records = new ArrayList<>(count);
        List<String> versions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(readText(in));
            versions.add(readText(in));
        }
        return new RecordVersions(Epochs.of(epoch), records, versions);
    }

    private static String readText(ByteBuffer in) {
        return new String(read(in), StandardCharsets.UTF_8);
    }

    private static byte[] read(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}

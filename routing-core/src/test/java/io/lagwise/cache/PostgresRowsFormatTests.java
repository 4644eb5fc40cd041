package io.lagwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.Mutants;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Field;
import org.postgresql.core.Oid;
import org.postgresql.core.Tuple;

class PostgresRowsFormatTests {
    private static Field[] fields() {
        Field number = new Field("n", Oid.INT4, (short) 4, -1, 16384, 2);
        number.setFormat(Field.BINARY_FORMAT);
        return new Field[] {number, new Field("größe", Oid.NUMERIC, (short) -1, 655366, 0, 0)};
    }

    private static List<Tuple> rows() {
        return List.of(
                new Tuple(new byte[][] {{0, 0, 0, 1}, {'1', '.', '5'}}),
                new Tuple(new byte[][] {null, {}}),
                new Tuple(new byte[][] {{-1, -1, -1, -1}, null}));
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        PostgresRowsFormat.Content content = PostgresRowsFormat.read(PostgresRowsFormat.write(fields(), rows()));
        for (int i = 0; i < fields().length; i++) {
            Field expected = fields()[i];
            Field found = content.fields()[i];
            assertThat(found.getColumnLabel()).isEqualTo(expected.getColumnLabel());
            assertThat(found.getOID()).isEqualTo(expected.getOID());
            assertThat(found.getLength()).isEqualTo(expected.getLength());
            assertThat(found.getMod()).isEqualTo(expected.getMod());
            assertThat(found.getTableOid()).isEqualTo(expected.getTableOid());
            assertThat(found.getPositionInTable()).isEqualTo(expected.getPositionInTable());
            assertThat(found.getFormat()).isEqualTo(expected.getFormat());
        }
        assertThat(values(content.rows())).isEqualTo(values(rows()));
    }

    private static List<List<String>> values(List<Tuple> rows) {
        return rows.stream()
                .map(row -> List.of(Arrays.toString(row.get(0)), Arrays.toString(row.get(1))))
                .toList();
    }

    @Test
    void rowsWithoutFieldsAreCounted() {
        List<Tuple> rows = List.of(new Tuple(new byte[0][]), new Tuple(new byte[0][]));
        PostgresRowsFormat.Content content = PostgresRowsFormat.read(PostgresRowsFormat.write(new Field[0], rows));
        assertThat(content.rows()).hasSize(2);
    }

    @Test
    void whatIsCutOffOrGoesOnIsNothing() {
        byte[] written = PostgresRowsFormat.write(fields(), rows());
        for (int length = 0; length < written.length; length++) {
            assertThat(PostgresRowsFormat.read(Arrays.copyOf(written, length)))
                    .as("%d bytes", length)
                    .isNull();
        }
        assertThat(PostgresRowsFormat.read(Arrays.copyOf(written, written.length + 1)))
                .isNull();
    }

    @Test
    void countsThatNothingStandsBehindTakeNoMemory() {
        for (int at = 0; at < 24; at++) {
            byte[] written = PostgresRowsFormat.write(fields(), rows());
            ByteBuffer.wrap(written).putInt(at, Integer.MAX_VALUE - 8);
            PostgresRowsFormat.read(written);
        }
        assertThat(PostgresRowsFormat.read(new byte[] {0, 0, 0, 0, 127, -1, -1, -1}))
                .isNull();
    }

    @Test
    void whateverTheBytesNothingIsThrown() {
        double readable = Mutants.readable(
                PostgresRowsFormat.write(fields(), rows()), bytes -> PostgresRowsFormat.read(bytes) != null);
        // Whatever is well formed passes: that it is ours is for the envelope to find out.
        assertThat(readable).isStrictlyBetween(0.0, 1.0);
    }
}

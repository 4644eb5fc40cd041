package io.lagwise.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lagwise.Mutants;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PgOutputTests {
    private static final byte[] BEGIN = message('B', 100L, 7L, 0xFFFF_FFFE);
    private static final byte[] COMMIT = message('C', (byte) 0, 90L, 100L, 7L);
    private static final byte[] ITEM = message('R', 1, "shop", "item", (byte) 'd', (short) 0);
    private static final byte[] OTHER = message('R', 2, "", "other", (byte) 'd', (short) 0);
    private static final byte[] INSERT = message('I', 1, (byte) 'N', (short) 1, (byte) 't', 1, (byte) 'x');
    private static final byte[] TRUNCATE = message('T', 2, (byte) 1, 2, 1);

    private final PgOutput output = new PgOutput();

    /** Returns a message of a type and fields; text ends with a zero. */
    private static byte[] message(char type, Object... fields) {
        ByteBuffer bytes = ByteBuffer.allocate(200).put((byte) type);
        for (Object field : fields) {
            if (field instanceof Long number) {
                bytes.putLong(number);
            } else if (field instanceof Integer number) {
                bytes.putInt(number);
            } else if (field instanceof Short number) {
                bytes.putShort(number);
            } else if (field instanceof Byte number) {
                bytes.put(number);
            } else {
                bytes.put(((String) field).getBytes(StandardCharsets.UTF_8)).put((byte) 0);
            }
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private Committed read(byte[]... messages) throws SQLException {
        Committed committed = null;
        for (byte[] message : messages) {
            committed = output.read(ByteBuffer.wrap(message));
        }
        return committed;
    }

    private void assertRefused(String why, byte[]... messages) {
        assertThatThrownBy(() -> read(messages))
                .isInstanceOf(SQLDataException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aTransactionTellsItsTablesWhenItEnds() throws SQLException {
        assertThat(read(BEGIN, ITEM, INSERT, INSERT)).isNull();
        assertThat(read(COMMIT)).isEqualTo(new Committed(Set.of("shop.item"), List.of(0xFFFF_FFFEL), 100));
    }

    @Test
    void eachKindOfWriteIsOne() throws SQLException {
        for (char kind : new char[] {'I', 'U', 'D'}) {
            assertThat(read(BEGIN, ITEM, message(kind, 1, (byte) 'N'), COMMIT).tables())
                    .containsExactly("shop.item");
        }
        assertThat(read(BEGIN, ITEM, OTHER, TRUNCATE, COMMIT).tables())
                .containsExactlyInAnyOrder("shop.item", "pg_catalog.other");
    }

    @Test
    void aTableKeepsItsNameUntilItIsRenamed() throws SQLException {
        read(BEGIN, ITEM, INSERT, COMMIT);
        assertThat(read(BEGIN, INSERT, COMMIT).tables()).containsExactly("shop.item");
        byte[] renamed = message('R', 1, "shop", "ding ö", (byte) 'd', (short) 0);
        assertThat(read(BEGIN, renamed, INSERT, COMMIT).tables()).containsExactly("shop.ding ö");
    }

    @Test
    void whatWritesNothingIsPassedOver() throws SQLException {
        assertThat(read(BEGIN, message('O', 1L, "origin"), message('Y', 9, "", "mood"), message('M', 1L), COMMIT)
                        .tables())
                .isEmpty();
    }

    @Test
    void whatMayHideAWriteIsRefused() throws SQLException {
        assertRefused("not announced", BEGIN, INSERT);
        assertRefused("type 88", message('X', 1));
        assertRefused("within another", BEGIN, BEGIN);
        PgOutput fresh = new PgOutput();
        assertThatThrownBy(() -> fresh.read(ByteBuffer.wrap(COMMIT))).hasMessageContaining("no transaction");
        fresh.read(ByteBuffer.wrap(ITEM));
        assertThatThrownBy(() -> fresh.read(ByteBuffer.wrap(INSERT))).isInstanceOf(SQLDataException.class);
        for (int count : new int[] {0, -1, 3, Integer.MAX_VALUE}) {
            assertRefused("truncation", message('T', count, (byte) 0, 1, 1));
        }
    }

    @Test
    void whatEndsTooEarlyIsRefused() throws SQLException {
        read(BEGIN, ITEM, OTHER);
        for (byte[] whole : List.of(TRUNCATE, COMMIT)) {
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> read(cut)).as("%d bytes", length).isInstanceOf(SQLDataException.class);
            }
        }
        for (int length = 0; length < 5; length++) {
            byte[] cut = Arrays.copyOf(INSERT, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(SQLDataException.class);
        }
    }

    @Test
    void noiseIsReadOrRefusedAndNothingElse() {
        for (byte[] whole : List.of(ITEM, TRUNCATE)) {
            Mutants.readable(whole, mutant -> {
                try {
                    new PgOutput().read(ByteBuffer.wrap(mutant));
                    return true;
                } catch (SQLDataException refused) {
                    return false;
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }
}

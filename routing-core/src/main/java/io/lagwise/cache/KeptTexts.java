package io.lagwise.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Field;
import org.postgresql.core.Oid;
import org.postgresql.core.Tuple;

/**
 * Texts that the driver has made of kept values, so that it need not make them each time.
 *
 * <p>Invariant: a text is what {@code getString} of the driver returned for the very value, and depends on nothing else: only
 * columns of character types are kept, of which the driver decodes the bytes and no more. Long values are not, as decoding
 * them costs no more than copying.
 *
 * <p>Thread-safe without locks: texts are immutable, and one that another thread does not see yet is made again.
 */
public final class KeptTexts {
    /** Of rows none of whose texts are kept. */
    public static final KeptTexts NONE = new KeptTexts(new int[0], 0, 0);

    private static final int NOT_KEPT = -1;
    private static final int REFERENCE = 4;

    /** A string without its characters. */
    private static final int TEXT = 40;

    /** In characters; each took up to three bytes where it came from, and takes up to two here. */
    private static final int LONGEST = 64;

    private final int[] places;
    private final int width;
    private final @Nullable String[] texts;

    private KeptTexts(int[] places, int width, int rows) {
        this.places = places;
        this.width = width;
        this.texts = new @Nullable String[width * rows];
    }

    static KeptTexts of(Field[] fields, int rows) {
        int[] places = new int[fields.length];
        Arrays.fill(places, NOT_KEPT);
        int width = 0;
        for (int i = 0; i < fields.length; i++) {
            if (isText(fields[i])) {
                places[i] = width++;
            }
        }
        return width == 0 ? NONE : new KeptTexts(places, width, rows);
    }

    private static boolean isText(Field field) {
        return switch (field.getOID()) {
            case Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.NAME -> true;
            default -> false;
        };
    }

    /** Returns what the texts of a row may take, in bytes. */
    static long weigh(Field[] fields, Tuple row) {
        long weight = 0;
        for (int i = 0; i < fields.length; i++) {
            if (isText(fields[i])) {
                byte[] value = row.get(i);
                boolean may = value != null && value.length <= 3 * LONGEST;
                weight += REFERENCE + (may ? TEXT + 2L * Math.min(value.length, LONGEST) : 0);
            }
        }
        return weight;
    }

    /**
     * Returns the text of a value, or null where it is not known.
     *
     * @param row counted from 0
     * @param column counted from 1, as by JDBC; any number
     */
    public @Nullable String get(int row, int column) {
        int place = place(column);
        return place == NOT_KEPT || row < 0 ? null : texts[row * width + place];
    }

    /** Keeps the text of a value, where that is of use; of row and column as for {@link #get}. */
    public void put(int row, int column, String text) {
        int place = place(column);
        if (place != NOT_KEPT && row >= 0 && text.length() <= LONGEST) {
            texts[row * width + place] = text;
        }
    }

    private int place(int column) {
        return column >= 1 && column <= places.length ? places[column - 1] : NOT_KEPT;
    }
}

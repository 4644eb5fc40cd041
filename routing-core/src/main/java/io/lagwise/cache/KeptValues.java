package io.lagwise.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Field;
import org.postgresql.core.Oid;
import org.postgresql.core.Tuple;

/**
 * What the driver has made of kept bytes, so that it need not make it each time: texts and whole numbers.
 *
 * <p>Invariant: a value is what a getter of the driver returned for these very bytes, and depends on nothing else. So texts are
 * kept of columns of character types only, of which the driver decodes the bytes and no more; and numbers of columns of
 * whole numbers. Long texts are not, as decoding them costs no more than copying.
 *
 * <p>Thread-safe without locks: values are immutable, and one that another thread does not see yet is made again.
 */
public final class KeptValues {
    /** Of rows none of whose values are kept. */
    public static final KeptValues NONE = new KeptValues(new int[0], new boolean[0], 0, 0);

    private static final int NOT_KEPT = -1;
    private static final int REFERENCE = 4;

    /** A string without its characters. */
    private static final int TEXT = 40;

    private static final int NUMBER = 24;

    /** In characters; each took up to three bytes where it came from, and takes up to two here. */
    private static final int LONGEST = 64;

    private final int[] places;
    private final boolean[] numbers;
    private final int width;
    private final @Nullable Object[] values;

    private KeptValues(int[] places, boolean[] numbers, int width, int rows) {
        this.places = places;
        this.numbers = numbers;
        this.width = width;
        this.values = new @Nullable Object[width * rows];
    }

    static KeptValues of(Field[] fields, int rows) {
        int[] places = new int[fields.length];
        Arrays.fill(places, NOT_KEPT);
        boolean[] numbers = new boolean[fields.length];
        int width = 0;
        for (int i = 0; i < fields.length; i++) {
            numbers[i] = isNumber(fields[i]);
            if (numbers[i] || isText(fields[i])) {
                places[i] = width++;
            }
        }
        return width == 0 ? NONE : new KeptValues(places, numbers, width, rows);
    }

    private static boolean isText(Field field) {
        return switch (field.getOID()) {
            case Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.NAME -> true;
            default -> false;
        };
    }

    private static boolean isNumber(Field field) {
        return switch (field.getOID()) {
            case Oid.INT2, Oid.INT4, Oid.INT8 -> true;
            default -> false;
        };
    }

    /** Returns what the values of a row may take, in bytes. */
    static long weigh(Field[] fields, Tuple row) {
        long weight = 0;
        for (int i = 0; i < fields.length; i++) {
            if (isNumber(fields[i])) {
                weight += REFERENCE + NUMBER;
            } else if (isText(fields[i])) {
                byte[] value = row.get(i);
                boolean may = value != null && value.length <= 3 * LONGEST;
                weight += REFERENCE + (may ? TEXT + 2L * Math.min(value.length, LONGEST) : 0);
            }
        }
        return weight;
    }

    /**
     * Returns what was kept of a value, or null.
     *
     * @param row counted from 0
     * @param column counted from 1, as by JDBC; any number
     */
    public @Nullable Object get(int row, int column) {
        int place = place(column);
        return place == NOT_KEPT || row < 0 ? null : values[row * width + place];
    }

    /** Keeps the text of a value of a character type, where that is of use; row and column are as for {@link #get}. */
    public void put(int row, int column, String text) {
        if (text.length() <= LONGEST) {
            keep(row, column, text, false);
        }
    }

    /** Keeps the number of a value of a type of whole numbers. */
    public void put(int row, int column, Number number) {
        keep(row, column, number, true);
    }

    private void keep(int row, int column, Object value, boolean number) {
        int place = place(column);
        if (place != NOT_KEPT && row >= 0 && numbers[column - 1] == number) {
            values[row * width + place] = value;
        }
    }

    private int place(int column) {
        return column >= 1 && column <= places.length ? places[column - 1] : NOT_KEPT;
    }
}

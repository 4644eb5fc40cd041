package io.lagwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.core.Field;
import org.postgresql.core.Oid;
import org.postgresql.core.Tuple;

class KeptValuesTests {
    /** A string and its characters, each with its header, in bytes. */
    private static final int HEADERS = 24 + 16;

    private final Field[] fields = {new Field("n", Oid.INT4), new Field("a", Oid.TEXT), new Field("b", Oid.VARCHAR)};
    private final KeptValues values = KeptValues.of(fields, 3);

    @Test
    void givesBackWhatWasPutThereAndNothingElse() {
        values.put(1, 2, "x");
        values.put(1, 3, "y");
        values.put(2, 2, "z");
        assertThat(List.of(values.get(1, 2), values.get(1, 3), values.get(2, 2)))
                .containsExactly("x", "y", "z");
        assertThat(values.get(0, 2)).isNull();
        assertThat(values.get(2, 3)).isNull();
    }

    @Test
    void keepsNothingOfOtherTypesOrOutside() {
        values.put(1, 1, "7");
        values.put(-1, 2, "x");
        for (int column : List.of(-1, 0, 1, 4)) {
            assertThat(values.get(1, column)).isNull();
        }
        assertThat(values.get(-1, 2)).isNull();
    }

    @Test
    void eachColumnKeepsWhatItsTypeIs() {
        values.put(0, 1, 7);
        values.put(0, 2, 7);
        assertThat(values.get(0, 1)).isEqualTo(7);
        assertThat(values.get(0, 2)).isNull();
        values.put(0, 1, 7L);
        assertThat(values.get(0, 1)).as("the last").isEqualTo(7L);
        byte[][] row = {{}, null, null};
        assertThat(KeptValues.weigh(fields, new Tuple(row))).as("a Long").isGreaterThanOrEqualTo(24);
    }

    @Test
    void keepsNoLongTexts() {
        values.put(0, 2, "x".repeat(65));
        assertThat(values.get(0, 2)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "plain text",
                "\u00e9t\u00e9",
                "\u0434\u0430",
                "\u4e2d\u6587",
                "x\ud83d\ude00",
                "a\u4e2d"
            })
    void whatIsKeptIsWeighed(String part) {
        for (int length = 0; length < 100; length++) {
            String text = part.repeat(length);
            byte[] sent = text.getBytes(StandardCharsets.UTF_8);
            values.put(0, 2, text);
            boolean kept = text.equals(values.get(0, 2));
            boolean narrow = text.chars().allMatch(character -> character < 0x100);
            long onHeap = kept ? HEADERS + (narrow ? text.length() : 2L * text.length()) : 0;
            byte[][] row = {null, sent, null};
            assertThat(KeptValues.weigh(fields, new Tuple(row))).isGreaterThanOrEqualTo(onHeap);
        }
    }
}

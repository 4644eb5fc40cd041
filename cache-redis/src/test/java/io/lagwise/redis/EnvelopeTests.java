package io.lagwise.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EnvelopeTests {
    private static final ResultSharing SECRET = new ResultSharing("correct horse battery staple");
    private static final String NAME = "name";

    private static Stream<ResultSharing> sharings() {
        return Stream.of(ResultSharing.IN_CLEAR, SECRET);
    }

    private static byte[] text(int length) {
        return "values of a row, ".repeat(length / 17 + 1).substring(0, length).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    @ParameterizedTest
    @MethodSource("sharings")
    void whatIsOpenedIsWhatWasClosed(ResultSharing sharing) {
        Envelope envelope = new Envelope(sharing);
        for (int length : List.of(0, 1, 100, 1023, 1024, 5000, 300_000)) {
            for (byte[] content : List.of(text(length), noise(length))) {
                assertThat(envelope.open(NAME, envelope.close(NAME, content))).isEqualTo(content);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sharings")
    void whatIsLongIsCompressed(ResultSharing sharing) {
        assertThat(new Envelope(sharing).close(NAME, text(100_000)).length).isLessThan(5_000);
    }

    @ParameterizedTest
    @MethodSource("sharings")
    void whatIsTooLongIsNotClosed(ResultSharing sharing) {
        assertThat(new Envelope(sharing).close(NAME, new byte[Envelope.LONGEST + 1]))
                .isNull();
    }

    @ParameterizedTest
    @MethodSource("sharings")
    void anyChangedByteIsNoticed(ResultSharing sharing) {
        Envelope envelope = new Envelope(sharing);
        for (byte[] content : List.of(text(60), text(2000))) {
            byte[] closed = envelope.close(NAME, content);
            for (int i = 0; i < closed.length; i++) {
                for (int bit = 0; bit < 8; bit++) {
                    byte[] changed = closed.clone();
                    changed[i] ^= (byte) (1 << bit);
                    assertThat(envelope.open(NAME, changed))
                            .as("bit %d of byte %d", bit, i)
                            .isNull();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sharings")
    void whatIsCutOffOrGoesOnIsNothing(ResultSharing sharing) {
        Envelope envelope = new Envelope(sharing);
        byte[] closed = envelope.close(NAME, text(2000));
        for (int length = 0; length < closed.length; length++) {
            assertThat(envelope.open(NAME, Arrays.copyOf(closed, length))).isNull();
        }
        assertThat(envelope.open(NAME, Arrays.copyOf(closed, closed.length + 1)))
                .isNull();
    }

    @ParameterizedTest
    @MethodSource("sharings")
    void aContentUnderAnotherNameIsNothing(ResultSharing sharing) {
        Envelope envelope = new Envelope(sharing);
        assertThat(envelope.open("other", envelope.close(NAME, text(10)))).isNull();
    }

    @Test
    void withASecretNothingElseIsOpened() {
        Envelope secret = new Envelope(SECRET);
        Envelope other = new Envelope(new ResultSharing("another secret of theirs"));
        Envelope clear = new Envelope(ResultSharing.IN_CLEAR);
        byte[] content = text(50);
        assertThat(secret.open(NAME, clear.close(NAME, content))).as("in clear").isNull();
        assertThat(secret.open(NAME, other.close(NAME, content)))
                .as("another secret")
                .isNull();
        assertThat(clear.open(NAME, secret.close(NAME, content)))
                .as("without the secret")
                .isNull();
    }

    @Test
    void withASecretNeitherContentNorNameTellsAnything() {
        Envelope secret = new Envelope(SECRET);
        Envelope clear = new Envelope(ResultSharing.IN_CLEAR);
        byte[] content = text(50);
        assertThat(new String(secret.close(NAME, content), StandardCharsets.ISO_8859_1))
                .doesNotContain("values");
        assertThat(secret.name(content)).isEqualTo(secret.name(content)).isNotEqualTo(clear.name(content));
        assertThat(secret.close(NAME, content)).isNotEqualTo(secret.close(NAME, content));
    }

    @Test
    void aSmallContentThatClaimsToBeHugeIsNothing() {
        byte[] bomb = new byte[Envelope.LONGEST * 4];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(bomb);
        deflater.finish();
        byte[] body = new byte[1 << 20];
        int length = deflater.deflate(body);
        deflater.end();
        byte[] valid = new Envelope(ResultSharing.IN_CLEAR).close(NAME, text(2000));
        for (int claimed : new int[] {-1, 0, 10, Envelope.LONGEST, Envelope.LONGEST * 4, Integer.MAX_VALUE}) {
            ByteBuffer forged = ByteBuffer.allocate(12 + length)
                    .put(valid, 0, 4)
                    .putInt(claimed)
                    .put(body, 0, length);
            java.util.zip.CRC32C checksum = new java.util.zip.CRC32C();
            checksum.update(forged.array(), 0, 8);
            checksum.update(NAME.getBytes(StandardCharsets.UTF_8));
            checksum.update(body, 0, length);
            forged.putInt((int) checksum.getValue());
            assertThat(new Envelope(ResultSharing.IN_CLEAR).open(NAME, forged.array()))
                    .as("claimed to be %d bytes", claimed)
                    .isNull();
        }
    }

    @Test
    void aShortKeyIsRefusedAndAKeyNotShown() {
        assertThatThrownBy(() -> new ResultSharing("secret")).isInstanceOf(IllegalArgumentException.class);
        assertThat(SECRET.toString()).doesNotContain("horse");
    }
}

package io.lagwise.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.Mutants;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.ServerId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptTests {
    private static final RecordVersions VERSIONS = new RecordVersions(
            new Epoch(3, 1795749001720788L, new ServerId("77@127.0.0.1:5432/17")),
            List.of("lw:{1.2:0}:public.item", "lw:{1.2:0}:*"),
            List.of("g:1", "g:"));

    private static Kept kept(RecordVersions versions) {
        return new Kept(versions, Instant.ofEpochMilli(1_795_749_001_720L), new byte[] {3, 4, 5});
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        for (RecordVersions versions : Arrays.asList(VERSIONS, null)) {
            Kept read = Kept.of(kept(versions).toBytes());
            assertThat(read.versions()).isEqualTo(versions);
            assertThat(read.until()).isEqualTo(kept(versions).until());
            assertThat(read.rows()).containsExactly(3, 4, 5);
        }
    }

    @Test
    void whatIsCutOffOrGoesOnIsNothing() {
        byte[] written = kept(VERSIONS).toBytes();
        for (int length = 0; length < written.length; length++) {
            assertThat(Kept.of(Arrays.copyOf(written, length))).isNull();
        }
        assertThat(Kept.of(Arrays.copyOf(written, written.length + 1))).isNull();
    }

    @Test
    void whateverTheBytesNothingIsThrown() {
        double readable = Mutants.readable(kept(VERSIONS).toBytes(), bytes -> Kept.of(bytes) != null);
        // Whatever is well formed passes: that it is ours is for the envelope to find out.
        assertThat(readable).isStrictlyBetween(0.0, 1.0);
    }
}

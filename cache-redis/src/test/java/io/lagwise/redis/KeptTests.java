package io.lagwise.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.ServerId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeptTests {
    private static final int MUTANTS = 200_000;
    private static final RecordVersions VERSIONS = new RecordVersions(
            new Epoch(3, 1795749001720788L, new ServerId("77@127.0.0.1:5432/17")),
            List.of("lw:{1.2:0}:public.item", "lw:{1.2:0}:*"),
            List.of("g:1", "g:"));

    private static Kept kept(RecordVersions versions) {
        return new Kept(new byte[] {1, 2}, versions, Instant.ofEpochMilli(1_795_749_001_720L), new byte[] {3, 4, 5});
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        for (RecordVersions versions : Arrays.asList(VERSIONS, null)) {
            Kept read = Kept.of(kept(versions).toBytes());
            assertThat(read.identity()).containsExactly(1, 2);
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
        Random random = new Random(11);
        byte[] written = kept(VERSIONS).toBytes();
        int read = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = i % 4 == 0 ? new byte[random.nextInt(200)] : written.clone();
            if (i % 4 == 0) {
                random.nextBytes(mutant);
            }
            for (int change = random.nextInt(1, 5); change > 0 && mutant.length > 0; change--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            read += Kept.of(mutant) == null ? 0 : 1;
        }
        System.out.println("mutants: " + MUTANTS + ", well formed: " + read);
        assertThat(read).isBetween(1, MUTANTS - 1);
    }
}

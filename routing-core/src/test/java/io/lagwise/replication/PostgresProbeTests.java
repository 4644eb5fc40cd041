package io.lagwise.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostgresProbeTests {
    private static final long BLOCK = 8192;
    private static final long SEGMENT = 4L * 1024 * 1024;

    private static long rounded(long position) {
        return PostgresProbe.withoutPageHeader(position, BLOCK, SEGMENT);
    }

    @Test
    void aPositionBehindAPageHeaderIsThePageStart() {
        assertThat(rounded(3 * BLOCK + 24)).isEqualTo(3 * BLOCK);
        assertThat(rounded(2 * SEGMENT + 40)).isEqualTo(2 * SEGMENT);
    }

    @Test
    void everyOtherPositionStays() {
        assertThat(rounded(3 * BLOCK)).isEqualTo(3 * BLOCK);
        assertThat(rounded(3 * BLOCK + 40)).isEqualTo(3 * BLOCK + 40);
        assertThat(rounded(3 * BLOCK + 23)).isEqualTo(3 * BLOCK + 23);
        assertThat(rounded(3 * BLOCK + 32)).isEqualTo(3 * BLOCK + 32);
    }
}

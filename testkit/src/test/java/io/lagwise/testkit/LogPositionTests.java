package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogPositionTests {
    private static final long SEGMENT = 4 << 20;

    @ParameterizedTest
    @CsvSource({
        "behind the header of a segment, 0x4000028, 0x4000000",
        "behind the header of a page,    0x4002018, 0x4002000",
        "inside a segment's first page,  0x4000018, 0x4000000",
        "anywhere else,                  0x4002028, 0x4002028",
        "at a page's start,              0x4002000, 0x4002000",
    })
    void forgetsAHeaderAfterWhichNothingWasWritten(String where, String position, String expected) {
        assertThat(LogPosition.withoutPageHeader(Long.decode(position), SEGMENT))
                .as(where)
                .isEqualTo(Long.decode(expected));
    }
}

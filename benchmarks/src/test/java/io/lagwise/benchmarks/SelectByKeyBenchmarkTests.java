package io.lagwise.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class SelectByKeyBenchmarkTests {
    @Test
    void allThreeDoTheSameAndOursOnTheReader() throws SQLException {
        SelectByKeyBenchmark benchmark = new SelectByKeyBenchmark();
        benchmark.route();
        try {
            assertThat(benchmark.floor()).isEqualTo(7);
            assertThat(benchmark.springLazy()).isEqualTo(7);
            assertThat(benchmark.lagwise()).isEqualTo(7);
        } finally {
            benchmark.close();
        }
    }
}

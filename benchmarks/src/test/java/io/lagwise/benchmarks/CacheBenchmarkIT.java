package io.lagwise.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class CacheBenchmarkIT {
    @Test
    void cacheAndServerAnswerTheSame() throws SQLException {
        CacheBenchmark benchmark = new CacheBenchmark();
        benchmark.start();
        try {
            long one = benchmark.oneFromServer();
            long many = benchmark.manyFromServer();
            for (int i = 0; i < 2; i++) {
                assertThat(benchmark.oneFromCache()).isEqualTo(one).isPositive();
                assertThat(benchmark.manyFromCache()).isEqualTo(many).isPositive();
            }
            assertThat(benchmark.thousandKept()).isEqualTo(benchmark.thousandNotKept());
        } finally {
            benchmark.stop();
        }
    }
}

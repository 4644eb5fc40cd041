package io.lagwise.boot;

import static io.lagwise.boot.Contexts.NOWHERE;
import static io.lagwise.boot.Contexts.READER;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReaderPoolsTests {
    private static void withReader(Consumer<HikariDataSource> check, String... properties) {
        Contexts.withWriter()
                .withPropertyValues(READER)
                .withPropertyValues(properties)
                .run(context -> check.accept(Contexts.readerPools(context).get(0)));
    }

    @Test
    void aReadersPoolIsLikeTheWriters() {
        withReader(
                pool -> {
                    assertThat(pool.getUsername()).isEqualTo("ann");
                    assertThat(pool.getPassword()).isEqualTo("secret");
                    assertThat(pool.isAutoCommit()).isFalse();
                    assertThat(pool.getMaximumPoolSize()).isEqualTo(3);
                    assertThat(pool.getDataSourceProperties()).containsEntry("ApplicationName", "shop");
                },
                "spring.datasource.hikari.auto-commit=false",
                "spring.datasource.hikari.maximum-pool-size=3",
                "spring.datasource.hikari.data-source-properties.ApplicationName=shop");
    }

    @Test
    void itStartsWithoutItsServerAndDoesNotLetReadsWaitLong() {
        withReader(
                pool -> {
                    assertThat(pool.getPoolName()).isEqualTo("reader-1");
                    assertThat(pool.getJdbcUrl()).isEqualTo(NOWHERE);
                    assertThat(pool.getInitializationFailTimeout()).isNegative();
                    assertThat(pool.getConnectionTimeout()).isEqualTo(500);
                },
                "spring.datasource.hikari.connection-timeout=9000");
    }

    @Test
    void itsOwnPropertiesComeFirst() {
        withReader(
                pool -> {
                    assertThat(pool.getUsername()).isEqualTo("bob");
                    assertThat(pool.getPassword()).isEqualTo("other");
                    assertThat(pool.getMaximumPoolSize()).isEqualTo(7);
                    assertThat(pool.getConnectionTimeout()).isEqualTo(900);
                    assertThat(pool.getDataSourceProperties()).containsEntry("prepareThreshold", "0");
                },
                "lagwise.readers.reader-1.username=bob",
                "lagwise.readers.reader-1.password=other",
                "lagwise.readers.reader-1.hikari.maximumPoolSize=7",
                "lagwise.readers.reader-1.hikari.connection-timeout=900",
                "lagwise.readers.reader-1.hikari.data-source-properties.prepareThreshold=0");
    }

    @Test
    void credentialsAreNotPrinted() {
        Contexts.withWriter()
                .withPropertyValues(
                        "lagwise.readers.reader-1.url=jdbc:postgresql://127.0.0.1:1/app?password=hidden1",
                        "lagwise.readers.reader-1.password=hidden2",
                        "lagwise.readers.reader-1.hikari.data-source-properties.sslpassword=hidden3")
                .run(context -> assertThat(
                                context.getBean(LagwiseProperties.class).toString())
                        .contains("reader-1")
                        .doesNotContain("hidden"));
    }
}

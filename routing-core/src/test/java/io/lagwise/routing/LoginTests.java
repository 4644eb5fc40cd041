package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class LoginTests {
    private static final String URL = "jdbc:postgresql://one:5432,two:5433/app?targetServerType=primary";

    private static PGSimpleDataSource driversOwn() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(URL);
        source.setUser("app");
        source.setPassword("secret");
        return source;
    }

    private static void assertTold(DataSource source) {
        Login login = Login.of(source);
        assertThat(login).isNotNull();
        assertThat(login.url())
                .startsWith("jdbc:postgresql://one:5432,two:5433/app")
                .contains("targetServerType=primary");
        assertThat(login.properties()).containsEntry("user", "app").containsEntry("password", "secret");
        assertThat(login).asString().doesNotContain("secret", "app");
    }

    @Test
    void aPoolTellsWhereItConnects() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(URL);
        config.setUsername("app");
        config.setPassword("secret");
        config.addDataSourceProperty("sslmode", "require");
        config.setInitializationFailTimeout(-1);
        config.setMinimumIdle(0);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            assertTold(pool);
            assertTold(new DelegatingDataSource(pool));
            assertThat(Login.of(pool).properties()).containsEntry("sslmode", "require");
            pool.getHikariConfigMXBean().setPassword("another");
            assertThat(Login.of(pool).properties()).as("as passwords rotate").containsEntry("password", "another");
        }
        HikariConfig wrapping = new HikariConfig();
        wrapping.setDataSource(driversOwn());
        wrapping.setInitializationFailTimeout(-1);
        wrapping.setMinimumIdle(0);
        try (HikariDataSource pool = new HikariDataSource(wrapping)) {
            assertTold(pool);
        }
    }

    @Test
    void soDoTheDriversAndSpringsOwn() {
        assertTold(driversOwn());
        assertTold(new DriverManagerDataSource(URL, "app", "secret"));
    }

    @Test
    void whatDoesNotTellIsRefusedAtOnceWithARemedy() {
        DataSource unknown = new AbstractDataSource() {
            @Override
            public java.sql.Connection getConnection() {
                throw new UnsupportedOperationException();
            }

            @Override
            public java.sql.Connection getConnection(String user, String password) {
                throw new UnsupportedOperationException();
            }
        };
        assertThat(Login.of(unknown)).isNull();
        RoutingDataSourceBuilder builder = RoutingDataSource.builder()
                .writer(unknown)
                .reader("reader", unknown)
                .externalWrites(ExternalWrites.STREAM);
        assertThatThrownBy(builder::build).isInstanceOfSatisfying(RoutingConfigurationException.class, refusal -> {
            assertThat(refusal.setting()).isEqualTo("cache.external-writes");
            assertThat(refusal.value()).isEqualTo("stream");
            assertThat(refusal.remedy()).contains("jdbcUrl", "poll");
        });
    }
}

package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.AbstractDataSource;

class PoolsTests {
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Opens connections that remember nothing but that they were closed. */
    private DataSource server() {
        return new AbstractDataSource() {
            @Override
            public Connection getConnection() {
                return (Connection) Proxy.newProxyInstance(
                        PoolsTests.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("close")) {
                                closed.countDown();
                            }
                            return switch (method.getReturnType().getName()) {
                                case "boolean" -> true;
                                case "int" -> 0;
                                default -> null;
                            };
                        });
            }

            @Override
            public Connection getConnection(String username, String password) {
                return getConnection();
            }
        };
    }

    @Test
    void anEvictedConnectionIsClosedWhateverWasSetOnIt() throws SQLException, InterruptedException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(server());
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            Connection connection = pool.getConnection();
            connection.setAutoCommit(false);
            connection.setNetworkTimeout(Runnable::run, 1000);
            Pools.eviction(pool).accept(connection);
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(pool.getConnection()).as("the pool's only place is free").isNotNull();
        }
    }
}

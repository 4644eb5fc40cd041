package io.lagwise.routing;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.common.BaseDataSource;
import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;

/**
 * Where a pool connects to and as whom, for a connection that the pool itself cannot make.
 *
 * @param url the JDBC URL
 * @param properties the driver's properties, user and password among them
 */
record Login(String url, Properties properties) {
    /** Returns what the pool would connect with now, as passwords may change; null if it does not tell. */
    static @Nullable Login of(DataSource dataSource) {
        HikariDataSource pool = Pools.hikari(dataSource);
        if (pool != null) {
            return of(pool);
        }
        if (dataSource instanceof AbstractDriverBasedDataSource driver) {
            return of(driver.getUrl(), driver.getConnectionProperties(), driver.getUsername(), driver.getPassword());
        }
        return dataSource.getClass().getName().startsWith("org.postgresql.ds.") ? Driver.of(dataSource) : null;
    }

    private static @Nullable Login of(HikariDataSource pool) {
        DataSource wrapped = pool.getDataSource();
        if (wrapped != null) {
            return of(wrapped);
        }
        var credentials = pool.getCredentials();
        return of(
                pool.getJdbcUrl(),
                pool.getDataSourceProperties(),
                credentials.getUsername(),
                credentials.getPassword());
    }

    private static @Nullable Login of(
            @Nullable String url, @Nullable Properties given, @Nullable String user, @Nullable String password) {
        if (url == null) {
            return null;
        }
        Properties properties = new Properties();
        if (given != null) {
            given.forEach((name, value) -> properties.setProperty(name.toString(), value.toString()));
        }
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return new Login(url, properties);
    }

    /** Leaves out what holds credentials. */
    @Override
    public String toString() {
        return "Login[]";
    }

    /** By itself, as the driver's classes need not be there. */
    private static final class Driver {
        static @Nullable Login of(DataSource dataSource) {
            return dataSource instanceof BaseDataSource source
                    ? Login.of(source.getURL(), null, source.getUser(), source.getPassword())
                    : null;
        }
    }
}

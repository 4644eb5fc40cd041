package io.lagwise.boot;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.routing.RoutingConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.StringUtils;

/**
 * Makes the pools of readers that are given by URL.
 *
 * <p>Such a pool is like the writer's, so that a session is the same wherever it runs. Only these differ: it starts
 * without its server, and a read does not wait long for a connection, because it can go elsewhere. As usual with
 * Spring Boot it is opened when it is first used.
 */
final class ReaderPools implements AutoCloseable {
    private static final long CONNECTION_TIMEOUT_MILLIS = 500;

    private final List<HikariDataSource> opened = new ArrayList<>();

    DataSource open(String name, LagwiseProperties.Reader reader, DataSource writer) {
        if (!(writer instanceof HikariDataSource pool)) {
            throw new RoutingConfigurationException(
                    "lagwise.readers." + name + ".url",
                    "…",
                    "cannot stand beside a writer of " + writer.getClass()
                            + ", which a pool for the reader cannot copy",
                    "Give the reader as a bean, by lagwise.readers." + name + ".data-source.");
        }
        HikariDataSource opening = new HikariDataSource();
        pool.copyStateTo(opening);
        configure(opening, name, reader);
        opened.add(opening);
        return opening;
    }

    /** Returns the pools opened so far. */
    List<HikariDataSource> opened() {
        return List.copyOf(opened);
    }

    private static void configure(HikariConfig config, String name, LagwiseProperties.Reader reader) {
        config.setDataSource(null);
        config.setDataSourceClassName(null);
        config.setDataSourceJNDI(null);
        config.setJdbcUrl(reader.url());
        if (StringUtils.hasText(reader.username())) {
            config.setUsername(reader.username());
        }
        if (StringUtils.hasText(reader.password())) {
            config.setPassword(reader.password());
        }
        config.setPoolName(name);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        override(config, name, reader.hikari());
    }

    private static void override(HikariConfig config, String name, Map<String, String> hikari) {
        Binder binder = new Binder(new MapConfigurationPropertySource(hikari));
        try {
            binder.bind(
                    ConfigurationPropertyName.EMPTY,
                    Bindable.ofInstance(config),
                    new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
        } catch (BindException e) {
            throw new RoutingConfigurationException(
                    "lagwise.readers." + name + ".hikari",
                    hikari.keySet().toString(),
                    "cannot be set: " + problem(e),
                    "Use HikariCP's own properties.");
        }
    }

    private static String problem(BindException e) {
        String message =
                String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        return StringUtils.trimTrailingCharacter(message, '.');
    }

    @Override
    public void close() {
        opened.forEach(HikariDataSource::close);
    }
}

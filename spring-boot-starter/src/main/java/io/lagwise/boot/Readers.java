package io.lagwise.boot;

import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.routing.RoutingConfigurationException;
import io.lagwise.routing.RoutingDataSourceBuilder;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.StringUtils;

/** Finds or opens the data source of each reader, and closes those it opened. */
final class Readers implements AutoCloseable {
    private final ListableBeanFactory beans;
    private final LagwiseProperties properties;
    private final ReaderPools pools = new ReaderPools();

    Readers(ListableBeanFactory beans, LagwiseProperties properties) {
        this.beans = beans;
        this.properties = properties;
    }

    void addTo(RoutingDataSourceBuilder routing, String writerName, DataSource writer) {
        properties.readers().forEach((name, reader) -> {
            requireOneSource(name, reader);
            DataSource source = StringUtils.hasText(reader.url())
                    ? pools.open(name, reader, writer)
                    : bean(setting(name, "data-source"), reader.dataSource(), writerName);
            routing.reader(name, source, reader.weight());
        });
    }

    /** Returns the pools that were opened for readers given by URL. */
    List<HikariDataSource> pools() {
        return pools.opened();
    }

    private static void requireOneSource(String name, LagwiseProperties.Reader reader) {
        boolean byUrl = StringUtils.hasText(reader.url());
        boolean byBean = StringUtils.hasText(reader.dataSource());
        if (!byUrl && !byBean) {
            throw new RoutingConfigurationException(
                    setting(name, "url"), "", "is missing", "Set it, or " + setting(name, "data-source") + ".");
        }
        if (byBean && (byUrl || hasPoolSettings(reader))) {
            throw new RoutingConfigurationException(
                    setting(name, "data-source"),
                    reader.dataSource(),
                    "stands beside settings for a pool, though a bean brings its own",
                    "Keep either the bean's name or url, username, password and hikari.");
        }
    }

    private static boolean hasPoolSettings(LagwiseProperties.Reader reader) {
        return StringUtils.hasText(reader.username())
                || StringUtils.hasText(reader.password())
                || !reader.hikari().isEmpty();
    }

    private DataSource bean(String setting, String beanName, String writerName) {
        List<String> known = Arrays.stream(beans.getBeanNamesForType(DataSource.class, true, false))
                .filter(other -> !other.equals(writerName))
                .toList();
        if (beanName.equals(writerName)) {
            throw new RoutingConfigurationException(
                    setting, beanName, "is the writer", "Name another DataSource bean, one of " + known + ".");
        }
        if (!known.contains(beanName)) {
            throw new RoutingConfigurationException(
                    setting, beanName, "names no DataSource bean", "Name one of " + known + ".");
        }
        return beans.getBean(beanName, DataSource.class);
    }

    private static String setting(String name, String property) {
        return "lagwise.readers." + name + "." + property;
    }

    @Override
    public void close() {
        pools.close();
    }
}

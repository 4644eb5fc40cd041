package io.lagwise.boot;

import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.catalog.RoutineTables;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingConfigurationException;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.routing.RoutingDataSourceBuilder;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ResultStore;
import io.lagwise.spi.RoutingListener;
import io.lagwise.spi.RoutingPolicy;
import io.lagwise.spi.SessionKey;
import io.lagwise.spi.TableLedger;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;

/** The routed data source together with the pools that were opened for it. */
final class Routing implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Routing.class);

    private final RoutingDataSource dataSource;
    private final Readers readers;

    private Routing(RoutingDataSource dataSource, Readers readers) {
        this.dataSource = dataSource;
        this.readers = readers;
    }

    /** Builds it over the writer's bean by the properties, with what the application replaces. */
    static Routing of(ListableBeanFactory beans, LagwiseProperties properties, String writerName, DataSource writer) {
        Readers readers = new Readers(beans, properties);
        try {
            RoutingDataSourceBuilder builder = RoutingDataSource.builder()
                    .writer(writer)
                    .coordination(coordination(properties))
                    .lag(properties.lag().settings())
                    .transactions(properties.transactions().modes())
                    .catalogRefresh(properties.catalog().refresh())
                    .cache(properties.cache().settings())
                    .externalWrites(properties.cache().externalWrites())
                    .streamRetaining(properties.cache().stream().maxRetained().toBytes());
            properties
                    .catalog()
                    .routines()
                    .forEach((name, tables) ->
                            builder.routine(name, new RoutineTables(tables.reads(), tables.writes())));
            replaceParts(builder, beans);
            requireShared(properties, beans);
            PushedRecords.check(properties);
            readers.addTo(builder, writerName, writer);
            return new Routing(builder.build(), readers);
        } catch (RuntimeException e) {
            readers.close();
            throw e;
        }
    }

    private static Coordination coordination(LagwiseProperties properties) {
        return properties.coordination() == LagwiseProperties.Coordination.SINGLE
                ? Coordination.SINGLE
                : Coordination.WRITER;
    }

    /** Refuses to go on without a ledger that was asked for. */
    private static void requireShared(LagwiseProperties properties, ListableBeanFactory beans) {
        boolean shared = properties.coordination().isShared(properties.redis());
        if (shared && beans.getBeanNamesForType(TableLedger.class, true, false).length == 0) {
            throw new RoutingConfigurationException(
                    "lagwise.coordination",
                    RoutingView.lower(properties.coordination()),
                    "needs what is not on the class path",
                    "Add the dependency io.lagwise:lagwise-cache-redis.");
        }
    }

    private static void replaceParts(RoutingDataSourceBuilder builder, ListableBeanFactory beans) {
        beans.getBeanProvider(RoutingPolicy.class).ifAvailable(builder::policy);
        beans.getBeanProvider(ReplicationProbe.class).ifAvailable(builder::probe);
        beans.getBeanProvider(TableLedger.class).ifAvailable(builder::ledger);
        beans.getBeanProvider(ResultStore.class).ifAvailable(builder::resultStore);
        beans.getBeanProvider(SessionKey.class).ifAvailable(builder::sessionKey);
        List<RoutingListener> listeners =
                beans.getBeanProvider(RoutingListener.class).orderedStream().toList();
        if (!listeners.isEmpty()) {
            builder.listener(Listeners.of(listeners));
        }
    }

    RoutingDataSource dataSource() {
        return dataSource;
    }

    List<HikariDataSource> readerPools() {
        return readers.pools();
    }

    @Override
    public void close() {
        dataSource.close();
        readers.close();
    }
}

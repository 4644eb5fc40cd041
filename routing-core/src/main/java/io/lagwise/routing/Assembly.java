package io.lagwise.routing;

import io.lagwise.cache.PostgresCapture;
import io.lagwise.catalog.Catalog;
import io.lagwise.jdbc.LogicalConnections;
import io.lagwise.jdbc.Wiring;
import io.lagwise.policy.Refiner;
import io.lagwise.replication.PollLoop;
import io.lagwise.replication.ReplicationMonitor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of one data source, put together; started and closed as one. */
record Assembly(
        DataSource writer,
        Map<Object, Object> targets,
        Wiring wiring,
        LogicalConnections connections,
        DataSource writerView,
        Catalog catalog,
        PollLoop catalogLoop,
        OutsideWrites outsideWrites,
        @Nullable Outside outside,
        PostgresCapture capture,
        Refiner refiner,
        List<MonitorPool> pools) {
    private static final Logger log = LoggerFactory.getLogger(Assembly.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(4);

    ReplicationMonitor monitor() {
        return wiring.monitor();
    }

    void start() {
        monitor().start();
        catalogLoop.start();
        if (outside != null) {
            outside.start();
        }
    }

    void close() {
        catalogLoop.close();
        if (outside != null) {
            outside.close();
        }
        monitor().close();
        try {
            catalogLoop.join(LONGEST_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.debug("Interrupted while the catalog was being read", e);
        }
        refiner.close();
        capture.close();
        pools.forEach(MonitorPool::close);
    }
}

package io.lagwise.jdbc;

import io.lagwise.cache.CacheInterceptor;
import io.lagwise.policy.Router;
import io.lagwise.policy.StatementPlans;
import io.lagwise.replication.LagSettings;
import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.replication.Stamps;
import io.lagwise.spi.RoutingListener;
import io.lagwise.spi.SessionKey;
import io.lagwise.spi.TableLedger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all logical connections of one data source share.
 *
 * @param writer the writer
 * @param readers the readers, in the monitor's order
 * @param stamps what is known of physical connections
 * @param plans what is known of statements
 * @param router decides
 * @param monitor watches
 * @param ledger remembers writes
 * @param lag how long reads may wait
 * @param transactions where transactions run
 * @param listener hears of decisions
 * @param catalogChanged forgets the catalog
 * @param cache keeps results; null if it is off
 * @param sessionKey tells for whom statements run; null where the library knows by itself
 */
public record Wiring(
        Node writer,
        List<Node> readers,
        Stamps stamps,
        StatementPlans plans,
        Router router,
        ReplicationMonitor monitor,
        TableLedger ledger,
        LagSettings lag,
        TransactionModes transactions,
        RoutingListener listener,
        Runnable catalogChanged,
        @Nullable CacheInterceptor cache,
        @Nullable SessionKey sessionKey) {}

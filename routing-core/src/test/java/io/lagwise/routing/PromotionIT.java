package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.spi.ReaderLag.State;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * When the reader that was not promoted is used again: not as long as it may follow the former writer.
 *
 * <p>Nothing but checkpoints writes pages here, so that the reader has no restart point before the test makes one.
 */
@PostgresReplication(readers = 2, settings = "bgwriter_lru_maxpages=0")
class PromotionIT {
    private final PostgresCluster cluster;

    PromotionIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void aRoleThatSeesNoReceiverUsesTheRemainingReaderFromItsNextRestartPointOn() throws SQLException {
        PostgresNode former = cluster.writer();
        PostgresNode next = cluster.reader(0);
        PostgresNode remaining = cluster.reader(1);
        try (RoutingDataSource routing = RoutingDataSource.builder()
                .coordination(Coordination.SINGLE)
                .writer(writer())
                .reader("remaining", remaining.dataSource())
                .build()) {
            await().until(() -> state(routing) == State.AVAILABLE);
            former.demote();
            cluster.awaitReaders();
            cluster.promote(next);
            former.kill();
            await().ignoreExceptions().until(() -> writes(routing));
            cluster.awaitReaders();
            assertThat(state(routing)).isEqualTo(State.LAGGING);
            execute(next.adminDataSource().getConnection(), "checkpoint");
            cluster.awaitReaders();
            execute(remaining.adminDataSource().getConnection(), "checkpoint");
            await().until(() -> state(routing) == State.AVAILABLE);
        }
    }

    private PGSimpleDataSource writer() {
        PGSimpleDataSource writer = new PGSimpleDataSource();
        writer.setUrl(cluster.writerUrl());
        writer.setUser(cluster.writer().username());
        writer.setPassword(cluster.writer().password());
        return writer;
    }

    private static State state(RoutingDataSource routing) {
        return routing.lagMonitor().latest().readers().get(0).state();
    }

    /** A statement on the new writer is what tells of the promotion, as no reader of ours was promoted. */
    private static boolean writes(RoutingDataSource routing) throws SQLException {
        execute(routing.getConnection(), "create table if not exists item (n int)");
        return routing.lagMonitor().latest().epoch().timeline() == 2;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.replication.PostgresProbe;
import io.lagwise.routing.Coordination;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ServerStatus;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What happens before anything is known of the writer. */
@PostgresReplication(readers = 1)
@Isolated
class StartUpIT {
    private final PostgresCluster cluster;
    private final CountDownLatch monitorReleased = new CountDownLatch(1);

    StartUpIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    /** Answers the monitor late, and applications with an error that has nothing to do with rights. */
    private final class SlowProbe implements ReplicationProbe {
        private final ReplicationProbe right = new PostgresProbe();

        @Override
        public ServerStatus status(Connection connection) throws SQLException {
            if (!Thread.currentThread().getName().startsWith("lagwise-")) {
                if (monitorReleased.getCount() > 0) {
                    throw new SQLException("canceling statement due to statement timeout", "57014");
                }
                return right.status(connection);
            }
            try {
                monitorReleased.await();
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
            return right.status(connection);
        }

        @Override
        public String session(Connection connection) throws SQLException {
            return right.session(connection);
        }

        @Override
        public boolean isOver(Connection connection, String session) throws SQLException {
            return right.isOver(connection, session);
        }
    }

    /** The write begins before the writer is known and ends after, waiting for a lock meanwhile. */
    @Test
    void aWriteThatCouldNotBeMarkedIsNotMissedByLaterReads() throws Exception {
        PostgresNode reader = cluster.reader(0);
        RoutedCluster.execute(cluster.writer().dataSource(), "create table item (n int)");
        RoutedCluster.execute(cluster.writer().dataSource(), "insert into item values (0)");
        try (RoutingDataSource routing = RoutingDataSource.builder()
                        .coordination(Coordination.SINGLE)
                        .writer(cluster.writer().dataSource())
                        .reader("reader", reader.dataSource())
                        .probe(new SlowProbe())
                        .build();
                Connection holder = cluster.writer().dataSource().getConnection()) {
            holder.setAutoCommit(false);
            lock(holder);
            CompletableFuture<Boolean> written = CompletableFuture.supplyAsync(() -> write(routing));
            await().until(() -> written.isDone() || waiting());
            monitorReleased.countDown();
            await().until(() -> routing.explain("select n from item").decision().reason() == RouteReason.READER_FRESH);
            reader.pauseReplay();
            holder.rollback();
            if (written.get(10, TimeUnit.SECONDS)) {
                assertThat(read(routing)).as("after the write was acknowledged").isEqualTo(1);
            } else {
                assertThat(read(routing)).as("after the write was refused").isZero();
            }
        } finally {
            reader.resumeReplay();
        }
    }

    private static void lock(Connection holder) throws SQLException {
        try (Statement statement = holder.createStatement()) {
            statement.execute("lock table item in exclusive mode");
        }
    }

    private boolean waiting() throws SQLException {
        return RoutedCluster.ask(cluster.writer(), "select count(*) from pg_locks where not granted") > 0;
    }

    /** Returns whether the write was acknowledged. */
    private static boolean write(RoutingDataSource routing) {
        try {
            RoutedCluster.execute(routing, "update item set n = 1");
            return true;
        } catch (SQLException refused) {
            return false;
        }
    }

    private static int read(RoutingDataSource routing) throws SQLException {
        try (Connection connection = routing.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select n from item")) {
            row.next();
            return row.getInt(1);
        }
    }
}

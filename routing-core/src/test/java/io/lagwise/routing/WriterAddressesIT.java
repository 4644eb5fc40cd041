package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.lagwise.RouteReason;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import io.lagwise.testkit.PostgresReplication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A writer that is reached by an address of its own and by one that follows whoever is the writer. */
@PostgresReplication(readers = 1)
class WriterAddressesIT {
    private static final String OWN = "127.0.0.1";
    private static final String FOLLOWING = "127.0.0.2";

    private final PostgresCluster cluster;

    WriterAddressesIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void aPromotedReaderIsTheWriterByEitherAddress() throws SQLException {
        assumeTrue(isLocal(FOLLOWING), FOLLOWING + " is no address of this machine");
        PostgresNode former = cluster.writer();
        PostgresNode next = cluster.reader(0);
        listenOnBoth(former);
        listenOnBoth(next);
        cluster.awaitReaders();
        try (HikariDataSource writer = pool(cluster.writerUrl().replace(OWN, FOLLOWING));
                HikariDataSource reader = pool(next.jdbcUrl());
                RoutingDataSource routing = RoutingDataSource.builder()
                        .coordination(Coordination.SINGLE)
                        .writer(writer)
                        .reader("next", reader)
                        .build()) {
            JdbcTemplate jdbc = new JdbcTemplate(routing);
            jdbc.execute("create table item (n int)");
            await().until(() -> routing.explain("select n from item").decision().reason() == RouteReason.READER_FRESH);
            former.demote();
            cluster.awaitReaders();
            cluster.promote(next);
            await("the reader's own pool tells of the promotion")
                    .until(() -> routing.lagMonitor().latest().epoch().timeline() == 2);
            await().ignoreExceptions().until(() -> jdbc.update("insert into item values (1)") == 1);
            assertThat(jdbc.queryForObject("select n from item", Integer.class)).isEqualTo(1);
        }
    }

    private static boolean isLocal(String address) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static void listenOnBoth(PostgresNode node) throws SQLException {
        try (Connection connection = node.adminDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set listen_addresses = '" + OWN + "," + FOLLOWING + "'");
        }
        node.restart();
    }

    private HikariDataSource pool(String url) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername(cluster.writer().username());
        pool.setPassword(cluster.writer().password());
        pool.setConnectionTimeout(1000);
        return pool;
    }
}

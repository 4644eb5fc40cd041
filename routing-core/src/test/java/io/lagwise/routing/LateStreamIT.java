package io.lagwise.routing;

import static io.lagwise.routing.StreamedCluster.PATIENCE;
import static io.lagwise.routing.StreamedCluster.SUM;
import static io.lagwise.routing.StreamedCluster.awaitState;
import static io.lagwise.routing.StreamedCluster.execute;
import static io.lagwise.routing.StreamedCluster.writerFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresLink;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream that tells of commits when their tables' records have long been covered. */
@PostgresReplication(readers = 1)
class LateStreamIT {
    private final PostgresCluster cluster;
    private final StreamedCluster streamed;
    private final PostgresLink link;

    LateStreamIT(PostgresCluster cluster) {
        this.cluster = cluster;
        this.streamed = new StreamedCluster(cluster);
        this.link = cluster.writer().link();
    }

    @BeforeEach
    void allow() throws SQLException {
        streamed.allow();
        streamed.outside("alter role app set synchronous_commit = local");
    }

    @AfterEach
    void repair() throws SQLException {
        cluster.reader(0).resumeReplay();
        streamed.showCommits();
        link.close();
    }

    private PostgresRouting streamingByLink() {
        return streamed.streaming(writerFrom(streamed.withStreamBy(link.jdbcUrl())), builder -> {});
    }

    @Test
    void aCommitOfOursIsNotedAgainThoughItsRecordCoversIt() throws SQLException {
        try (PostgresRouting routing = streamingByLink().prepare()) {
            awaitState(routing, "streaming");
            link.stall();
            write(routing, "update item set n = n + 1 where id = 1");
            long now = streamed.number(SUM);
            routing.awaitKept(SUM);
            assertThat(routing.readKept(SUM)).isEqualTo(now);
            link.restore();
            await().atMost(PATIENCE).until(() -> {
                assertThat(routing.readKept(SUM)).isEqualTo(now);
                return !routing.last().node().equals("cache");
            });
        }
    }

    /** The position that covers ours covers the other's commit as well, which what is read then does not show. */
    @Test
    void aCommitOfOthersBeforeOursIsSeenThoughTheRecordCoversIt() throws Exception {
        try (PostgresRouting routing = streamingByLink().prepare()) {
            awaitState(routing, "streaming");
            link.stall();
            // A reader shows it before the writer does.
            cluster.reader(0).pauseReplay();
            Thread others = streamed.commitUnseen("update item set n = n + 1 where id = 1");
            write(routing, "update item set n = n + 10 where id = 2");
            routing.awaitKept(SUM);
            long ours = routing.readKept(SUM);
            assertThat(ours).as("without the other's").isEqualTo(streamed.number(SUM));
            streamed.showCommits();
            others.join(PATIENCE.toMillis());
            assertThat(streamed.number(SUM)).isEqualTo(ours + 1);
            link.restore();
            await().atMost(PATIENCE).until(() -> routing.readKept(SUM) == ours + 1);
        }
    }

    private static void write(PostgresRouting routing, String sql) throws SQLException {
        try (Connection connection = routing.connection()) {
            execute(connection, sql);
        }
    }
}

package io.lagwise.routing;

import static io.lagwise.routing.StreamedCluster.PATIENCE;
import static io.lagwise.routing.StreamedCluster.SUM;
import static io.lagwise.routing.StreamedCluster.awaitState;
import static io.lagwise.routing.StreamedCluster.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A publication that is changed while it is streamed, whereupon some writes are in no stream. */
@PostgresReplication(readers = 1)
class ChangedPublicationIT {
    private static final String WRITE = "update item set n = n + 1";
    private static final String DROP = "drop publication lagwise";
    private static final String ALL = "create publication lagwise for all tables";
    private static final String OTHERS = "create publication lagwise for table other";

    private final StreamedCluster streamed;

    ChangedPublicationIT(PostgresCluster cluster) {
        this.streamed = new StreamedCluster(cluster);
    }

    @BeforeEach
    void allow() throws SQLException {
        streamed.allow();
    }

    @Test
    void aWriteIsSeenBetweenTwoPublicationsOfTheSameTables() throws SQLException {
        try (PostgresRouting routing = streamed.streaming().prepare()) {
            awaitState(routing, "streaming");
            assertSeenAtOnce(routing, DROP, WRITE, ALL);
            awaitState(routing, "streaming");
            streamed.assertSeen(routing, WRITE);
        }
    }

    @Test
    void aWriteIsSeenOfATableThatAnotherPublicationLeavesOut() throws SQLException {
        try (PostgresRouting routing = streamed.streaming().prepare()) {
            awaitState(routing, "streaming");
            assertSeenAtOnce(routing, DROP, OTHERS, WRITE);
            awaitState(routing, "streaming");
            streamed.assertSeen(routing, WRITE);
            assertSeenAtOnce(routing, DROP, ALL, DROP, OTHERS, WRITE, DROP, ALL);
        }
    }

    @Test
    void aWriteIsSeenOfATableThatWasLeftOutForAMoment() throws SQLException {
        streamed.outside(DROP);
        try (PostgresRouting routing = streamed.streaming().prepare()) {
            streamed.outside("create publication lagwise for table item, other");
            awaitState(routing, "streaming");
            assertSeenAtOnce(
                    routing,
                    "alter publication lagwise drop table item",
                    WRITE,
                    "alter publication lagwise add table item");
            awaitState(routing, "streaming");
            assertSeenAtOnce(
                    routing,
                    "alter publication lagwise set (publish = 'insert')",
                    WRITE,
                    "alter publication lagwise set (publish = 'insert, update, delete, truncate')");
        }
    }

    @Test
    void ddlThatRewritesATableIsSeenBeforeTheCatalogIsReadAgain() throws SQLException {
        try (PostgresRouting routing = streamed.streaming(builder -> builder.catalogRefresh(Duration.ofHours(1)))
                .prepare()) {
            awaitState(routing, "streaming");
            streamed.assertSeen(routing, "alter table item alter column n type int using n + 1");
        }
    }

    /** Writes from one session and without a pause, so that no look falls between, and waits until that is seen. */
    private void assertSeenAtOnce(PostgresRouting routing, String... statements) throws SQLException {
        routing.awaitKept(SUM);
        try (Connection connection = streamed.admin()) {
            for (String statement : statements) {
                execute(connection, statement);
            }
        }
        long now = streamed.number(SUM);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(routing.readKept(SUM))
                .as(String.join("; ", statements))
                .isEqualTo(now));
    }
}

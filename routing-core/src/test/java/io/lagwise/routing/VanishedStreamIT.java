package io.lagwise.routing;

import static io.lagwise.routing.StreamedCluster.END_STREAMS;
import static io.lagwise.routing.StreamedCluster.HOLDER;
import static io.lagwise.routing.StreamedCluster.PATIENCE;
import static io.lagwise.routing.StreamedCluster.SLOTS;
import static io.lagwise.routing.StreamedCluster.SUM;
import static io.lagwise.routing.StreamedCluster.awaitState;
import static io.lagwise.routing.StreamedCluster.execute;
import static io.lagwise.routing.StreamedCluster.state;
import static io.lagwise.routing.StreamedCluster.writerFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresLink;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The connection of a stream is dead, and neither end is told. */
@PostgresReplication(readers = 1, settings = "wal_sender_timeout=4s")
class VanishedStreamIT {
    private static final Duration LONGER_THAN_THE_SERVER_WAITS = Duration.ofSeconds(7);
    private static final String WRITE = "update item set n = n + 1";
    private static final String COUNTED_INSERTS =
            "select sum(n_tup_ins) from pg_stat_all_tables where relname = 'item'";

    private final PostgresCluster cluster;
    private final StreamedCluster streamed;
    private final PostgresLink link;

    VanishedStreamIT(PostgresCluster cluster) {
        this.cluster = cluster;
        this.streamed = new StreamedCluster(cluster);
        this.link = cluster.writer().link();
    }

    @BeforeEach
    void allow() throws SQLException {
        streamed.allow();
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void anotherInstanceTakesOverFromAMachineThatVanished() throws SQLException {
        SharedLedger shared = new SharedLedger();
        try (PostgresRouting vanishing = streamed.streaming(
                                pool -> {
                                    if (pool.getPoolName().equals("writer")) {
                                        pool.setJdbcUrl(link.jdbcUrl());
                                    }
                                },
                                builder -> builder.ledger(shared.as("vanishing")))
                        .prepare();
                Connection open = streamed.admin()) {
            awaitState(vanishing, "streaming");
            try (PostgresRouting other = streamed.streaming(builder -> builder.ledger(shared.as("other")))) {
                awaitState(other, "standby");
                // Else what the pool's session tells late of these would be taken for the write that is missed below.
                await().atMost(PATIENCE).until(() -> streamed.number(COUNTED_INSERTS) > 0);
                streamed.assertSeen(other, WRITE);
                other.awaitKept(SUM);
                long before = other.readKept(SUM);
                link.stall();
                long begun = System.nanoTime();
                streamed.outside(WRITE);
                // What was under way when the machine vanished is in no stream, and holds up the next one.
                open.setAutoCommit(false);
                execute(open, WRITE);
                assertThat(other.readKept(SUM)).as("nobody was told").isEqualTo(before);
                assertThat(state(other)).isEqualTo("standby");
                awaitState(vanishing, "unavailable: the writer does not answer");
                await().atMost(PATIENCE).until(() -> !state(other).equals("standby"));
                long written = streamed.number(SUM);
                assertThat(written).isGreaterThan(before);
                await().atMost(PATIENCE).until(() -> other.readKept(SUM) == written);
                other.awaitKept(SUM);
                assertThat(state(other)).as("held up").isEqualTo("starting");
                open.commit();
                await().pollInterval(Duration.ofMillis(1)).atMost(PATIENCE).until(() -> state(other)
                        .equals("streaming"));
                long now = other.readKept(SUM);
                System.out.printf("taken over after %d ms%n", (System.nanoTime() - begun) / 1_000_000);
                assertThat(now).isGreaterThan(written).isEqualTo(streamed.number(SUM));
                streamed.assertSeen(other, WRITE);
                link.restore();
                awaitState(vanishing, "standby");
            }
        }
    }

    @Test
    void aStreamThatTheServerHasEndedIsBegunAnewThoughTheFormerConnectionHangs() throws SQLException {
        DriverManagerDataSource writer = streamed.withStreamBy(link.jdbcUrl());
        try (PostgresRouting routing =
                streamed.streaming(writerFrom(writer), builder -> {}).prepare()) {
            awaitState(routing, "streaming");
            link.stall();
            streamed.assertSeen(routing, WRITE);
            awaitState(routing, "unavailable: the slot is gone");
            writer.setUrl(cluster.writer().jdbcUrl());
            awaitState(routing, "streaming");
            assertThat(streamed.number(SLOTS)).isEqualTo(1);
            streamed.assertSeen(routing, WRITE);
        }
    }

    @Test
    void aQuietStreamIsNotTakenForAVanishedOne() throws SQLException {
        try (PostgresRouting routing = streamed.streaming().prepare()) {
            awaitState(routing, "streaming");
            long holder = streamed.number(HOLDER);
            awaitQuietly(holder);
            streamed.assertSeen(routing, WRITE);
            awaitQuietly(holder);
        }
    }

    private void awaitQuietly(long holder) {
        await().during(LONGER_THAN_THE_SERVER_WAITS).atMost(PATIENCE).until(() -> streamed.number(HOLDER) == holder);
    }

    @Test
    void oneThatTheServerHasEndedBeforeItBeganIsBegunAnewToo() throws SQLException {
        DriverManagerDataSource writer = streamed.withStreamBy(link.jdbcUrl());
        try (Connection open = streamed.admin()) {
            open.setAutoCommit(false);
            execute(open, "select txid_current()");
            try (PostgresRouting routing =
                    streamed.streaming(writerFrom(writer), builder -> {}).prepare()) {
                await().atMost(PATIENCE).until(() -> streamed.number(SLOTS) == 1);
                await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> state(routing)
                        .equals("starting"));
                link.stall();
                assertThat(streamed.number(END_STREAMS)).isEqualTo(1);
                awaitState(routing, "unavailable: the slot is gone");
                writer.setUrl(cluster.writer().jdbcUrl());
                open.rollback();
                awaitState(routing, "streaming");
                streamed.assertSeen(routing, WRITE);
            }
        }
    }

    @Test
    void whoWasReplacedUnawaresStandsBy() throws SQLException {
        DriverManagerDataSource writer = streamed.withStreamBy(link.jdbcUrl());
        try (PostgresRouting routing =
                        streamed.streaming(writerFrom(writer), builder -> {}).prepare();
                Connection usurper = streamed.admin()) {
            awaitState(routing, "streaming");
            link.stall();
            takeOver(usurper);
            awaitState(routing, "standby");
        }
    }

    /** Ends whoever holds the slot, and makes it, before anybody looks. */
    private static void takeOver(Connection usurper) throws SQLException {
        execute(
                usurper,
                """
                do $$
                declare slot name; holder int;
                begin
                  select slot_name, active_pid into slot, holder from pg_replication_slots where slot_name like 'lagwise%';
                  perform set_config('lagwise.slot', slot, false);
                  perform pg_terminate_backend(holder, 10000);
                end $$""");
        execute(
                usurper,
                "select pg_create_logical_replication_slot(current_setting('lagwise.slot'), 'pgoutput', true)");
    }
}

package io.lagwise.boot;

import static io.lagwise.boot.Contexts.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteDecision.Target;
import io.lagwise.RouteReason;
import io.lagwise.boot.bookshop.Decisions;
import io.lagwise.routing.RoutingDataSource;
import io.lagwise.testkit.PostgresCluster;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@BookshopTest
class JdbcTemplateIT {
    private static final String COUNT = "select count(*) from event";

    @Autowired
    private PostgresCluster cluster;

    @Autowired
    private DataSource dataSource;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    @Autowired
    private Decisions decisions;

    @BeforeEach
    void empty() {
        jdbc.update("delete from event");
        decisions.forget();
    }

    private void awaitReaders() throws SQLException {
        RoutingDataSource routing = dataSource.unwrap(RoutingDataSource.class);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(routing.explain(COUNT).decision().reason()).isEqualTo(RouteReason.READER_FRESH));
        decisions.forget();
    }

    @Test
    void aWriteGoesToTheWriterAndAReadToAReaderThatHasIt() throws SQLException {
        jdbc.update("insert into event (text) values (?)", "first");
        assertThat(decisions.reasons()).containsExactly(RouteReason.WRITES);
        awaitReaders();
        assertThat(jdbc.queryForObject(COUNT, Integer.class)).isEqualTo(1);
        assertThat(decisions.reasons()).containsExactly(RouteReason.READER_FRESH);
    }

    @Test
    void aReadGoesToTheWriterWhileNoReaderHasTheLastWrite() throws SQLException {
        awaitReaders();
        try (ReplayPaused paused = ReplayPaused.on(cluster)) {
            jdbc.update("insert into event (text) values (?)", "first");
            decisions.forget();
            assertThat(jdbc.queryForObject(COUNT, Integer.class)).isEqualTo(1);
            assertThat(decisions.targets()).containsExactly(Target.WRITER);
        }
    }

    @Test
    void batchesAndGeneratedKeysWork() {
        int[] counts = jdbc.batchUpdate(
                "insert into event (text) values (?)", List.of(new Object[] {"a"}, new Object[] {"b"}));
        GeneratedKeyHolder keys = new GeneratedKeyHolder();
        jdbc.update(
                connection -> {
                    PreparedStatement insert =
                            connection.prepareStatement("insert into event (text) values ('c')", new String[] {"id"});
                    return insert;
                },
                keys);
        assertThat(counts).containsExactly(1, 1);
        assertThat(keys.getKeyAs(Long.class)).isPositive();
        assertThat(decisions.targets()).containsExactly(Target.WRITER);
        assertThat(jdbc.queryForObject(COUNT, Integer.class)).isEqualTo(3);
    }

    @Test
    void streamingFromAReaderHoldsItsConnectionUntilTheEnd() throws SQLException {
        jdbc.batchUpdate(
                "insert into event (text) values (?)",
                IntStream.range(0, 500).mapToObj(i -> new Object[] {"e" + i}).toList());
        awaitReaders();
        TransactionTemplate reading = new TransactionTemplate(transactions);
        reading.setReadOnly(true);
        JdbcTemplate streaming = new JdbcTemplate(dataSource);
        streaming.setFetchSize(10);
        long rows = reading.execute(status -> {
            try (Stream<Long> ids = streaming.queryForStream("select id from event", (row, number) -> row.getLong(1))) {
                return ids.count();
            }
        });
        assertThat(rows).isEqualTo(500);
        assertThat(decisions.targets()).containsExactly(Target.READER);
        RoutingDataSource routing = dataSource.unwrap(RoutingDataSource.class);
        assertThat(routing.status().readers()).allMatch(reader -> reader.inUse() == 0);
    }

    @Test
    void aRolledBackTransactionLeavesNothing() {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            jdbc.update("insert into event (text) values (?)", "never");
            assertThat(jdbc.queryForObject(COUNT, Integer.class)).isEqualTo(1);
            status.setRollbackOnly();
        });
        assertThat(jdbc.queryForObject(COUNT, Integer.class)).isZero();
    }

    @Test
    void everyInsertIsSeenByTheNextRead() {
        for (int i = 1; i <= 300; i++) {
            jdbc.update("insert into event (text) values (?)", "e" + i);
            assertThat(jdbc.queryForObject(COUNT, Integer.class)).isEqualTo(i);
        }
    }
}

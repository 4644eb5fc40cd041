package io.lagwise.routing;

import static io.lagwise.routing.PostgresRouting.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.SimpleJdbcCall;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's own use of JDBC. */
@PostgresReplication(readers = 1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcTemplateIT {
    private final PostgresRouting routing;
    private final JdbcTemplate jdbc;
    private final NamedParameterJdbcTemplate named;
    private final TransactionTemplate readWrite;
    private final TransactionTemplate readOnly;

    JdbcTemplateIT(PostgresCluster cluster) {
        routing = new PostgresRouting(cluster);
        jdbc = new JdbcTemplate(routing.dataSource());
        named = new NamedParameterJdbcTemplate(jdbc);
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(routing.dataSource());
        readWrite = new TransactionTemplate(transactions);
        readOnly = new TransactionTemplate(transactions);
        readOnly.setReadOnly(true);
    }

    @BeforeAll
    void prepare() throws SQLException {
        routing.prepare();
        jdbc.execute("create or replace function twice(x int) returns int language sql immutable as 'select 2 * x'");
        routing.awaitFresh();
    }

    @BeforeEach
    void reset() throws SQLException {
        routing.reset();
    }

    @AfterEach
    void nothingIsHeld() {
        assertThat(routing.inUse()).isZero();
    }

    @AfterAll
    void close() {
        routing.close();
    }

    private int firstN() {
        return jdbc.queryForObject("select n from item where id = ?", Integer.class, 1);
    }

    private String node() {
        return routing.last().node();
    }

    @Test
    void queriesGoToTheReader() {
        assertThat(firstN()).isEqualTo(10);
        assertThat(node()).isEqualTo("reader");
        assertThat(jdbc.queryForList(READ, Integer.class)).containsExactly(10, 20, 30, 40, 50);
        assertThat(node()).isEqualTo("reader");
    }

    @Test
    void anUpdateIsSeenAtOnce() {
        assertThat(jdbc.update("update item set n = n + ? where id = ?", 5, 1)).isEqualTo(1);
        assertThat(firstN()).isEqualTo(15);
    }

    @Test
    void batchesTellTheirCounts() {
        assertThat(jdbc.batchUpdate(
                        "insert into item values (?, ?, ?)",
                        List.of(new Object[] {10, 1, "a"}, new Object[] {11, 2, null})))
                .containsExactly(1, 1);
        int[][] counts = jdbc.batchUpdate(
                "insert into other values (?, ?)",
                IntStream.range(0, 25).boxed().toList(),
                10,
                (row, id) -> {
                    row.setInt(1, id);
                    row.setNull(2, Types.INTEGER);
                });
        assertThat(counts).hasNumberOfRows(3);
        jdbc.batchUpdate("update item set n = ? where id = ?", new BatchPreparedStatementSetter() {
            @Override
            public void setValues(PreparedStatement row, int i) throws SQLException {
                row.setInt(1, i);
                row.setInt(2, i + 1);
            }

            @Override
            public int getBatchSize() {
                return 3;
            }
        });
        assertThat(jdbc.batchUpdate("delete from item where id = 10", "delete from other"))
                .containsExactly(1, 25);
        assertThat(jdbc.queryForList(READ, Integer.class)).containsExactly(0, 1, 2, 40, 50, 2);
    }

    @Test
    void aFailedBatchIsTranslated() {
        assertThatThrownBy(() -> jdbc.batchUpdate(
                        "insert into item values (?, 0, '')", List.of(new Object[] {20}, new Object[] {1})))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(jdbc.queryForObject("select count(*) from item where id = 20", Integer.class))
                .isZero();
    }

    @Test
    void keysAreReturned() {
        KeyHolder keys = new GeneratedKeyHolder();
        jdbc.update(
                connection -> {
                    PreparedStatement insert =
                            connection.prepareStatement("insert into keyed (n) values (?)", new String[] {"id"});
                    insert.setInt(1, 7);
                    return insert;
                },
                keys);
        assertThat(jdbc.queryForObject("select n from keyed where id = ?", Integer.class, keys.getKey()))
                .isEqualTo(7);
        Number second = new SimpleJdbcInsert(jdbc)
                .withTableName("keyed")
                .usingGeneratedKeyColumns("id")
                .executeAndReturnKey(Map.of("n", 8));
        assertThat(second.longValue()).isGreaterThan(keys.getKey().longValue());
    }

    @Test
    void rowsAreStreamed() {
        jdbc.update("insert into other select i, i from generate_series(1, 500) i");
        routing.awaitReason("select id from other", io.lagwise.RouteReason.READER_FRESH);
        JdbcTemplate fetching = new JdbcTemplate(routing.dataSource());
        fetching.setFetchSize(50);
        List<Integer> seen = new ArrayList<>();
        readOnly.executeWithoutResult(status -> {
            try (Stream<Integer> ids =
                    fetching.queryForStream("select id from other order by id", (row, number) -> row.getInt(1))) {
                ids.forEach(seen::add);
            }
        });
        assertThat(seen).hasSize(500);
        assertThat(node()).isEqualTo("reader");
        try (Stream<Integer> ids =
                fetching.queryForStream("select id from other order by id", (row, number) -> row.getInt(1))) {
            assertThat(ids.iterator().next()).isEqualTo(1);
            assertThat(routing.inUse()).isEqualTo(1);
        }
    }

    @Test
    void namedParametersWork() {
        List<Integer> found = named.queryForList(
                "select n from item where id in (:ids) and name like :name order by id",
                new MapSqlParameterSource().addValue("ids", List.of(2, 3, 4)).addValue("name", "item%"),
                Integer.class);
        assertThat(found).containsExactly(20, 30, 40);
        assertThat(node()).isEqualTo("reader");
        named.batchUpdate("update item set n = :n where id = :id", new MapSqlParameterSource[] {
            new MapSqlParameterSource().addValue("n", 1).addValue("id", 1),
            new MapSqlParameterSource().addValue("n", 2).addValue("id", 2),
        });
        assertThat(firstN()).isEqualTo(1);
        assertThat(JdbcClient.create(routing.dataSource())
                        .sql("select name from item where id = :id")
                        .param("id", 3)
                        .query(String.class)
                        .single())
                .isEqualTo("item 3");
    }

    @Test
    void functionsAreCalled() {
        Integer doubled = new SimpleJdbcCall(jdbc).withFunctionName("twice").executeFunction(Integer.class, 21);
        assertThat(doubled).isEqualTo(42);
    }

    @Test
    void aReadOnlyTransactionRunsOnTheReader() {
        readOnly.executeWithoutResult(status -> {
            assertThat(firstN()).isEqualTo(10);
            assertThat(node()).isEqualTo("reader");
        });
        assertThatThrownBy(() -> readOnly.executeWithoutResult(status -> jdbc.update("update item set n = 0")))
                .hasRootCauseInstanceOf(SQLException.class);
        assertThat(firstN()).isEqualTo(10);
    }

    @Test
    void aReadWriteTransactionSeesItsOwnWritesAndRollsBack() {
        readWrite.executeWithoutResult(status -> {
            jdbc.update("update item set n = 99 where id = 1");
            assertThat(firstN()).isEqualTo(99);
            assertThat(node()).isEqualTo("writer");
            status.setRollbackOnly();
        });
        assertThat(firstN()).isEqualTo(10);
    }

    @Test
    void aNestedTransactionRollsBackToItsSavepoint() {
        TransactionTemplate nested = new TransactionTemplate(readWrite.getTransactionManager());
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        readWrite.executeWithoutResult(outer -> {
            jdbc.update("update item set n = 11 where id = 1");
            nested.executeWithoutResult(inner -> {
                jdbc.update("update item set n = 12 where id = 1");
                inner.setRollbackOnly();
            });
        });
        assertThat(firstN()).isEqualTo(11);
    }

    @Test
    void aReadOnlyTransactionWithinAReadWriteOneHasItsOwnConnection() {
        TransactionTemplate inner = new TransactionTemplate(readWrite.getTransactionManager());
        inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        inner.setReadOnly(true);
        readWrite.executeWithoutResult(outer -> {
            jdbc.update("update item set n = 11 where id = 1");
            inner.executeWithoutResult(status -> assertThat(firstN()).isEqualTo(10));
            assertThat(firstN()).isEqualTo(11);
        });
        assertThat(firstN()).isEqualTo(11);
    }

    @Test
    void theIsolationOfATransactionIsPutBack() {
        TransactionTemplate serializable = new TransactionTemplate(readWrite.getTransactionManager());
        serializable.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
        String level = serializable.execute(
                status -> jdbc.queryForObject("select current_setting('transaction_isolation')", String.class));
        assertThat(level).isEqualTo("serializable");
        assertThat(readWrite.<String>execute(
                        status -> jdbc.queryForObject("select current_setting('transaction_isolation')", String.class)))
                .isEqualTo("read committed");
    }

    @Test
    void oneConnectionIsUsedThroughoutATransaction() {
        readWrite.executeWithoutResult(status -> {
            Connection bound = DataSourceUtils.getConnection(routing.dataSource());
            assertThat(DataSourceUtils.isConnectionTransactional(bound, routing.dataSource()))
                    .isTrue();
            jdbc.update("update item set n = 1 where id = 1");
            assertThat(routing.inUse()).isEqualTo(1);
        });
    }
}

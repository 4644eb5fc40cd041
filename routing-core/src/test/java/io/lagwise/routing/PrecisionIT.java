package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lagwise.RouteReason;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That identifiers which are no tables stop to count once a second reading agrees. */
@PostgresReplication(readers = 1)
class PrecisionIT {
    private final PostgresCluster cluster;
    private PostgresRouting routing;

    PrecisionIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void open() throws SQLException {
        routing = new PostgresRouting(cluster).prepare();
        execute(
                "create table if not exists category (id int primary key, n int)",
                "create table if not exists product (id int primary key, category int)",
                "create schema if not exists one",
                "create schema if not exists two",
                "create table if not exists one.orders (id int)",
                "create table if not exists two.orders (id int)",
                "insert into category values (1, 0) on conflict do nothing");
    }

    @AfterEach
    void close() {
        routing.close();
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> tables(String sql) {
        return routing.dataSource().explain(sql).tables().stream()
                .map(table -> table.record().table())
                .filter(table -> !table.startsWith("#") && !table.equals("*"))
                .sorted()
                .toList();
    }

    private void awaitTables(String sql, String... tables) {
        await().untilAsserted(() -> assertThat(tables(sql)).containsExactly(tables));
    }

    @Test
    void aColumnThatIsNamedLikeATableIsNoTable() throws SQLException {
        String read = "select category from product order by id";
        awaitTables(read, "public.product");
        routing.awaitReason(read, RouteReason.READER_FRESH);
        routing.cluster().reader(0).pauseReplay();
        try {
            execute("update category set n = n + 1");
            routing.awaitReason("select n from category", RouteReason.READERS_BEHIND);
            assertThat(routing.dataSource()
                            .explain("select n from category")
                            .readers()
                            .get(0)
                            .lacks())
                    .containsExactly("public.category");
            routing.awaitReason(read, RouteReason.READER_FRESH);
            execute("insert into product values (1, 7) on conflict (id) do update set category = 7");
            try (Connection connection = routing.connection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(read)) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(7);
            }
        } finally {
            routing.cluster().reader(0).resumeReplay();
        }
    }

    @Test
    void tablesOfOneNameInTwoSchemasAreToldApartWhereTheSchemaIsNamed() {
        awaitTables("select id from one.orders", "one.orders");
        awaitTables("select id from two.orders", "two.orders");
        awaitTables("select a.id from one.orders a, two.orders b", "one.orders", "two.orders");
        awaitTables("select id from orders", "one.orders", "two.orders");
    }

    @Test
    void whereTheParserIsAtALossEverythingCounts() {
        String tooLong = "select category from product where id in (" + "1, ".repeat(4_000) + "1)";
        routing.awaitReason(tooLong, RouteReason.READER_FRESH);
        awaitTables("select category from product", "public.product");
        assertThat(tables(tooLong)).contains("public.product", "public.category");
    }
}

package io.lagwise.boot;

import static io.lagwise.boot.Contexts.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.lagwise.RoutingHints;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;

@BookshopTest
class ActuatorIT {
    private static final String SECRET = "select * from event where text = 'secret'";

    @Autowired
    private PostgresCluster cluster;

    @Autowired
    private JdbcTemplate jdbc;

    @LocalServerPort
    private int port;

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator" + path));
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send(at(path));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static String explain(String sql) {
        return "/lagwise/explain?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8);
    }

    @Test
    void theEndpointShowsNodesAndDecisions() throws Exception {
        jdbc.update("insert into event (text) values ('x')");
        await().atMost(PATIENCE).untilAsserted(() -> {
            jdbc.queryForList("select * from event");
            String json = get("/lagwise");
            assertThat(JsonPath.<String>read(json, "$.mode")).isEqualTo("route");
            assertThat(JsonPath.<String>read(json, "$.consistency")).isEqualTo("strong");
            assertThat(JsonPath.<String>read(json, "$.coordination")).isEqualTo("single");
            assertThat(JsonPath.<String>read(json, "$.writer.state")).isEqualTo("available");
            assertThat(JsonPath.<String>read(json, "$.writer.position")).contains("/");
            assertThat(JsonPath.<List<String>>read(json, "$.readers[*].name")).containsExactly("reader-1", "reader-2");
            assertThat(JsonPath.<List<String>>read(json, "$.readers[*].state"))
                    .containsExactly("available", "available");
            assertThat(JsonPath.<Integer>read(json, "$.ledger.tables")).isPositive();
            assertThat(JsonPath.<Integer>read(json, "$.decisions.reader")).isPositive();
            assertThat(JsonPath.<Integer>read(json, "$.decisions.writer")).isPositive();
            assertThat(JsonPath.<Integer>read(json, "$.decisions.byReason.writes"))
                    .isPositive();
            assertThat(JsonPath.<Integer>read(json, "$.decisions.byReason.reader-fresh"))
                    .isPositive();
        });
    }

    @Test
    void theEndpointAndTheMetersShowTheCache() throws Exception {
        String sql = "select text from event where id > 0";
        await().atMost(PATIENCE).untilAsserted(() -> {
            RoutingHints.cached().run(() -> jdbc.queryForList(sql));
            String json = get("/lagwise");
            assertThat(JsonPath.<String>read(json, "$.cache.mode")).isEqualTo("hinted");
            assertThat(JsonPath.<Integer>read(json, "$.cache.hits")).isPositive();
            assertThat(JsonPath.<Integer>read(json, "$.cache.misses")).isPositive();
            assertThat(JsonPath.<Integer>read(json, "$.cache.entries")).isPositive();
            assertThat(JsonPath.<Integer>read(json, "$.cache.bytes")).isPositive();
            assertThat(JsonPath.<Integer>read(json, "$.decisions.cache")).isPositive();
            assertThat(JsonPath.<Integer>read(json, "$.decisions.byReason.cache-fresh"))
                    .isPositive();
        });
        String hits = get("/metrics/lagwise.cache.requests?tag=result:hit&tag=store:local");
        assertThat(JsonPath.<Double>read(hits, "$.measurements[0].value")).isPositive();
        get("/metrics/lagwise.cache.invalidations");
        assertThat(JsonPath.<String>read(get("/metrics/lagwise.cache.size"), "$.baseUnit"))
                .isEqualTo("bytes");
        assertThat(JsonPath.<String>read(get(explain(sql)), "$.cacheable")).isEqualTo("not-asked-for");
    }

    @Test
    void aStatementIsExplainedWithoutItsLiterals() throws Exception {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(JsonPath.<String>read(get(explain(SECRET)), "$.reason"))
                .isEqualTo("reader-fresh"));
        String json = get(explain(SECRET));
        assertThat(json).doesNotContain("secret");
        assertThat(JsonPath.<String>read(json, "$.statement")).isEqualTo("select * from event where text = ?");
        assertThat(JsonPath.<String>read(json, "$.target")).isEqualTo("reader");
        assertThat(JsonPath.<Boolean>read(json, "$.readOnly")).isTrue();
        assertThat(JsonPath.<List<String>>read(json, "$.tables[*].name")).contains("public.event");
        assertThat(JsonPath.<List<Boolean>>read(json, "$.readers[*].hasAll")).containsExactly(true, true);
        String write = get(explain("update event set text = 'secret'"));
        assertThat(write).doesNotContain("secret");
        assertThat(JsonPath.<String>read(write, "$.reason")).isEqualTo("writes");
    }

    @Test
    void explainingRunsNothing() throws Exception {
        int before = jdbc.queryForObject("select count(*) from event", Integer.class);
        get(explain("insert into event (text) values ('x')"));
        assertThat(jdbc.queryForObject("select count(*) from event", Integer.class))
                .isEqualTo(before);
    }

    @Test
    void postIsRefusedWhereOnlyReadingIsPermitted() throws Exception {
        HttpResponse<String> response = send(at("/lagwise/explain")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"sql\": \"select 1\"}")));
        assertThat(response.statusCode()).isEqualTo(405);
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        assertThat(send(at("/lagwise/nothing?sql=x")).statusCode()).isEqualTo(404);
        assertThat(send(at("/lagwise/explain")).statusCode()).isEqualTo(400);
    }

    @Test
    void statementsAreMetered() throws Exception {
        jdbc.queryForList("select * from event");
        String json = get("/metrics/lagwise.statements");
        assertThat(JsonPath.<List<String>>read(json, "$.availableTags[?(@.tag=='target')].values[*]"))
                .contains("writer");
        assertThat(JsonPath.<List<String>>read(json, "$.availableTags[?(@.tag=='reason')].values[*]"))
                .contains("changes-schema");
        get("/metrics/lagwise.statements?tag=node:writer");
    }

    @Test
    void lagIsMeteredInSecondsPerReader() throws Exception {
        String json = get("/metrics/lagwise.reader.lag?tag=reader:reader-1");
        assertThat(JsonPath.<String>read(json, "$.baseUnit")).isEqualTo("seconds");
        assertThat(JsonPath.<Double>read(json, "$.measurements[0].value")).isBetween(0.0, 60.0);
    }

    @Test
    void thePoolsOfWriterAndReadersAreMetered() throws Exception {
        jdbc.queryForList("select * from event");
        String json = get("/metrics/hikaricp.connections.max");
        assertThat(JsonPath.<List<String>>read(json, "$.availableTags[?(@.tag=='pool')].values[*]"))
                .contains("writers", "reader-1", "reader-2");
        get("/metrics/jdbc.connections.max?tag=name:dataSource");
    }

    @Test
    void aReaderThatIsDownIsADetailOfTheHealth() throws Exception {
        PostgresNode reader = cluster.reader(1);
        reader.stop();
        try {
            await().atMost(PATIENCE).untilAsserted(() -> {
                String json = get("/health");
                assertThat(JsonPath.<String>read(json, "$.status")).isEqualTo("UP");
                assertThat(JsonPath.<String>read(json, "$.components.db.status"))
                        .isEqualTo("UP");
                assertThat(JsonPath.<String>read(json, "$.components.db.details.readers.reader-1.state"))
                        .isEqualTo("available");
                assertThat(JsonPath.<String>read(json, "$.components.db.details.readers.reader-2.state"))
                        .isEqualTo("down");
            });
        } finally {
            reader.start();
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        JsonPath.<String>read(get("/health"), "$.components.db.details.readers.reader-2.state"))
                .isEqualTo("available"));
    }
}

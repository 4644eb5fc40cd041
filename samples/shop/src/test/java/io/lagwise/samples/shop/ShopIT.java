package io.lagwise.samples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Opens the shop as its main method does. */
@ExtendWith(OutputCaptureExtension.class)
class ShopIT {
    /** A customer of the built-in load was faster, or there is not enough. */
    private static final int CONFLICT = 409;

    private static ConfigurableApplicationContext shop;
    private static String url;
    private static String said;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void open(CapturedOutput output) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
        shop = Instances.open("--server.port=0", "--shop.load.customers=2").get(0);
        url = "http://localhost:" + shop.getEnvironment().getProperty("local.server.port");
        said = output.getAll();
    }

    @AfterAll
    static void close() {
        shop.close();
        Awaitility.reset();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> order(long product, int quantity) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url + "/api/orders"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                "{\"productId\": %d, \"quantity\": %d}".formatted(product, quantity)))
                        .build(),
                BodyHandlers.ofString());
    }

    private int count(String path) throws IOException, InterruptedException {
        return JsonPath.<List<Integer>>read(get("/actuator/lagwise").body(), "$.." + path).stream()
                .findFirst()
                .orElse(0);
    }

    @Test
    void itSaysWhereItIs() {
        assertThat(said).contains("The shop is open: " + url);
    }

    @Test
    void customersAreServedByReaders() {
        await().untilAsserted(() -> {
            assertThat(count("decisions.reader")).isGreaterThan(200);
            assertThat(count("byReason.read-write-transaction")).isPositive();
            assertThat(count("decisions.reader")).isGreaterThan(2 * count("decisions.writer"));
        });
    }

    @Test
    void theListOfProductsComesFromTheCacheUntilOneChanges() {
        await().untilAsserted(() -> {
            assertThat(count("cache.hits")).isGreaterThan(20);
            assertThat(count("byReason.cache-fresh")).isGreaterThan(20);
            assertThat(count("cache.invalidations")).isPositive();
        });
    }

    @Test
    void anOrderIsSeenAtOnce() throws Exception {
        for (int i = 0; i < 30; i++) {
            HttpResponse<String> placed =
                    await().until(() -> order(1, 2), response -> response.statusCode() != CONFLICT);
            assertThat(placed.statusCode()).isEqualTo(201);
            int id = JsonPath.read(placed.body(), "$.id");
            String found = get("/api/orders/" + id).body();
            assertThat(JsonPath.<String>read(found, "$.product")).isEqualTo("Compass");
            assertThat(JsonPath.<Double>read(found, "$.total")).isEqualTo(48.0);
            assertThat(JsonPath.<List<Integer>>read(get("/api/orders").body(), "$[*].id"))
                    .contains(id);
        }
    }

    @Test
    void productsCanBeLookedUp() throws Exception {
        assertThat(JsonPath.<List<String>>read(get("/api/products").body(), "$[*].name"))
                .contains("Tent")
                .hasSize(8);
        assertThat(JsonPath.<String>read(get("/api/products/2").body(), "$.name"))
                .isEqualTo("Head torch");
        assertThat(get("/api/products/4711").statusCode()).isEqualTo(404);
        assertThat(order(2, 1_000_000).statusCode()).isEqualTo(CONFLICT);
    }

    @Test
    void theReportAlwaysAsksAReaderAndTheStockTheWriter() throws Exception {
        await().until(() -> count("readers[0].statements") > 0);
        int reports = count("byReason.lag-ignored");
        int stocks = count("byReason.hint-writer");
        assertThat(JsonPath.<List<String>>read(get("/api/report").body(), "$[*].product"))
                .hasSize(8);
        assertThat(Integer.parseInt(get("/api/products/3/stock").body())).isNotNegative();
        assertThat(count("byReason.lag-ignored")).isGreaterThan(reports);
        assertThat(count("byReason.hint-writer")).isGreaterThan(stocks);
    }

    @Test
    void theFirstPageTellsWhatToLookAt() throws Exception {
        assertThat(get("/").body()).contains("/actuator/lagwise", "/api/report");
    }
}

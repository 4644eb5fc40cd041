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
import org.springframework.context.ConfigurableApplicationContext;

/** Opens two shops as the main method does. */
class TwoShopsIT {
    private static List<ConfigurableApplicationContext> shops;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void open() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
        shops = Instances.open("--server.port=0", "--shop.instances=2", "--shop.load.customers=1");
    }

    @AfterAll
    static void closeTheFirst() {
        shops.get(0).close();
        Awaitility.reset();
        assertThat(shops).noneMatch(ConfigurableApplicationContext::isActive);
    }

    private static URI at(int shop, String path) {
        return URI.create(
                "http://localhost:" + shops.get(shop).getEnvironment().getProperty("local.server.port") + path);
    }

    private String get(int shop, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(at(shop, path)).build(), BodyHandlers.ofString())
                .body();
    }

    private int order(int shop) throws IOException, InterruptedException {
        HttpResponse<String> placed = http.send(
                HttpRequest.newBuilder(at(shop, "/api/orders"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"productId\": 3, \"quantity\": 1}"))
                        .build(),
                BodyHandlers.ofString());
        return placed.statusCode() == 201 ? JsonPath.read(placed.body(), "$.id") : 0;
    }

    private String routing(int shop) throws IOException, InterruptedException {
        return get(shop, "/actuator/lagwise");
    }

    @Test
    void theyShareRecordsAndHaveHits() {
        for (int shop = 0; shop < 2; shop++) {
            int number = shop;
            await().untilAsserted(() -> {
                assertThat(JsonPath.<String>read(routing(number), "$.coordination"))
                        .isEqualTo("redis");
                assertThat(JsonPath.<String>read(routing(number), "$.ledger.state"))
                        .isEqualTo("available");
                assertThat(JsonPath.<Integer>read(routing(number), "$.cache.hits"))
                        .isPositive();
                assertThat(JsonPath.<Integer>read(routing(number), "$.decisions.reader"))
                        .isPositive();
            });
        }
        await().untilAsserted(() -> {
            int shared = 0;
            for (int shop = 0; shop < 2; shop++) {
                shared += JsonPath.<Integer>read(routing(shop), "$.cache.sharedHits");
            }
            assertThat(shared).as("answered by what the other has read").isPositive();
        });
    }

    @Test
    void whatIsSoldInOneIsSeenAtOnceInTheOther() throws Exception {
        for (int sale = 0; sale < 20; sale++) {
            int seller = sale % 2;
            // Customers of the built-in load may be faster.
            int id = await().until(() -> order(seller), placed -> placed != 0);
            assertThat(JsonPath.<Integer>read(get(1 - seller, "/api/orders/" + id), "$.id"))
                    .isEqualTo(id);
        }
    }
}

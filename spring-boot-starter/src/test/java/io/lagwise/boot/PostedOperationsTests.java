package io.lagwise.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

@SpringBootTest(
        classes = PostedOperationsTests.Application.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.url=" + Contexts.NOWHERE,
            Contexts.READER,
            "spring.flyway.enabled=false",
            "spring.liquibase.enabled=false",
            "management.endpoints.web.exposure.include=lagwise",
            "management.endpoint.lagwise.access=unrestricted"
        })
class PostedOperationsTests {
    @LocalServerPort
    private int port;

    @Test
    void aStatementCanBePostedWhereAccessIsUnrestricted() {
        String json = RestClient.create("http://localhost:" + port)
                .post()
                .uri("/actuator/lagwise/explain")
                .body(Map.of("sql", "update account set balance = 42"))
                .retrieve()
                .body(String.class);
        assertThat(JsonPath.<String>read(json, "$.target")).isEqualTo("writer");
        assertThat(JsonPath.<String>read(json, "$.statement")).isEqualTo("update account set balance = ?");
    }

    @Test
    void writesFromElsewhereCanBePostedWhereAccessIsUnrestricted() {
        String json = RestClient.create("http://localhost:" + port)
                .post()
                .uri("/actuator/lagwise/invalidate")
                .body(Map.of("tables", "account,shop.orders"))
                .retrieve()
                .body(String.class);
        assertThat(JsonPath.<List<String>>read(json, "$.invalidated")).containsExactly("account", "shop.orders");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            exclude = {HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class})
    static class Application {}
}

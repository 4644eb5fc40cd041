package io.lagwise.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;

class PropertiesMetadataTests {
    private static List<Map<String, Object>> properties() throws IOException {
        try (InputStream file =
                PropertiesMetadataTests.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            String json = new String(file.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return list(JsonParserFactory.getJsonParser().parseMap(json).get("properties")).stream()
                    .filter(property -> String.valueOf(property.get("name")).startsWith("lagwise."))
                    .toList();
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object json) {
        return (List<Map<String, Object>>) json;
    }

    @Test
    void everyPropertyIsDescribed() throws IOException {
        assertThat(properties()).isNotEmpty().allSatisfy(property -> assertThat(property.get("description"))
                .asString()
                .endsWith("."));
    }
}

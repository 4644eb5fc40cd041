package io.lagwise.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.json.JsonParserFactory;

/** The properties as tools see them. */
final class Metadata {
    private static final String FILE = "/META-INF/spring-configuration-metadata.json";

    record Property(String name, String defaultValue, String description) {
        static Property of(Map<String, Object> json) {
            return new Property(
                    String.valueOf(json.get("name")),
                    Objects.toString(json.get("defaultValue"), ""),
                    Objects.toString(json.get("description"), ""));
        }
    }

    private Metadata() {}

    static List<Property> properties() throws IOException {
        try (InputStream file = Metadata.class.getResourceAsStream(FILE)) {
            String json = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return list(JsonParserFactory.getJsonParser().parseMap(json).get("properties")).stream()
                    .map(Property::of)
                    .filter(property -> property.name().startsWith("lagwise."))
                    .toList();
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object json) {
        return (List<Map<String, Object>>) json;
    }
}

package io.lagwise.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.redisson.config.Config;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ByteArrayResource;

/** What is written down is what is there. */
class DocumentationTests {
    private static final String READERS = "lagwise.readers";

    @Test
    void everyPropertyIsDescribed() throws IOException {
        assertThat(Metadata.properties()).isNotEmpty().allSatisfy(property -> assertThat(property.description())
                .endsWith("."));
    }

    @Test
    void theTableOfPropertiesHoldsAllProperties() throws IOException {
        List<String> names = new ArrayList<>();
        for (Metadata.Property property : Metadata.properties()) {
            if (!property.name().equals(READERS)) {
                names.add(property.name());
            }
        }
        for (RecordComponent component : LagwiseProperties.Reader.class.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            names.add(READERS + ".<name>." + name + (name.equals("hikari") ? ".*" : ""));
        }
        assertThat(Markdown.of("docs/properties.md").rows())
                .extracting(row -> row.get(0))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void theTableOfPropertiesTellsTheDefaultsThatHold() throws IOException {
        List<List<String>> rows = Markdown.of("docs/properties.md").rows();
        for (Metadata.Property property : Metadata.properties()) {
            String expected = property.defaultValue().isEmpty() ? "" : "`" + property.defaultValue() + "`";
            assertThat(rows)
                    .filteredOn(row -> row.get(0).equals(property.name()))
                    .allSatisfy(
                            row -> assertThat(row.get(1)).as(property.name()).isEqualTo(expected));
        }
    }

    @Test
    void theYamlThatIsShownCanBeUsed() throws IOException {
        List<String> blocks = new ArrayList<>(Markdown.of("README.md").blocks("yaml"));
        for (Path guide : Markdown.guides()) {
            blocks.addAll(new Markdown(Files.readString(guide)).blocks("yaml"));
        }
        assertThat(blocks).hasSizeGreaterThan(1).allSatisfy(DocumentationTests::bindsCompletely);
    }

    private static void bindsCompletely(String yaml) throws IOException {
        var sources = new YamlPropertySourceLoader()
                .load("shown", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        Binder binder = new Binder(
                ConfigurationPropertySources.from(sources),
                (PlaceholdersResolver) value -> value,
                ApplicationConversionService.getSharedInstance());
        LagwiseProperties bound = binder.bindOrCreate(
                "lagwise", Bindable.of(LagwiseProperties.class), new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
        assertThat(bound.enabled()).isTrue();
    }

    @Test
    void theFileOfRedissonsThatIsShownCanBeUsed() throws IOException {
        List<String> files = Markdown.of("docs/instances.md").blocks("yaml").stream()
                .filter(block -> block.startsWith("# redisson.yaml"))
                .toList();
        assertThat(files).hasSize(1);
        assertThat(Config.fromYAML(files.get(0)).isClusterConfig()).isTrue();
    }

    @Test
    void theJavaThatIsShownCompiles() throws IOException {
        String tested = words(Files.readString(Path.of("src/test/java/io/lagwise/boot/GuideIT.java")));
        assertThat(Markdown.of("docs/getting-started.md").blocks("java"))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(tested).contains(words(block)));
    }

    private static String words(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void theReadmeTellsOneCommandForTheDemoAndOneForTheTests() throws IOException {
        Markdown readme = Markdown.of("README.md");
        assertThat(readme.section("Run the demo").blocks(""))
                .singleElement()
                .asString()
                .hasLineCount(1);
        List<String> tests = readme.section("Run the tests").blocks("");
        assertThat(tests).singleElement().asString().hasLineCount(1);
        assertThat(Markdown.of(".ci/run").text()).endsWith(tests.get(0));
    }
}

package io.lagwise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps the documentation in step with the code. */
class DocumentationTests {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern ROW = Pattern.compile("^\\| `([a-z-]+)` \\|", Pattern.MULTILINE);

    @Test
    void theTableOfReasonsNamesEachReasonOnce() throws IOException {
        List<String> documented = ROW.matcher(Files.readString(DOCS.resolve("routing.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(RouteReason.values())
                        .map(RouteReason::text)
                        .toList());
    }
}

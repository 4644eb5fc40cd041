package io.lagwise.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation. */
record Markdown(String text) {
    private static final Path ROOT = Path.of("..");
    private static final Pattern FENCED =
            Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    static Markdown of(String path) throws IOException {
        return new Markdown(Files.readString(ROOT.resolve(path)));
    }

    static List<Path> guides() throws IOException {
        try (Stream<Path> pages = Files.walk(ROOT.resolve("docs"))) {
            return pages.filter(page -> page.toString().endsWith(".md")).toList();
        }
    }

    /** Returns what stands under a heading, up to the next of its level. */
    Markdown section(String heading) {
        String[] parts = text.split("(?m)^## ");
        return Stream.of(parts)
                .filter(part -> part.startsWith(heading + "\n"))
                .findFirst()
                .map(Markdown::new)
                .orElseThrow();
    }

    /** Returns the fenced blocks of a language; of all for an empty one. */
    List<String> blocks(String language) {
        return FENCED.matcher(text)
                .results()
                .filter(block -> language.isEmpty() || block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** Returns the cells of the rows whose first cell is code, without the code marks. */
    List<List<String>> rows() {
        return Pattern.compile("^\\| `([^`]+)` \\|(.*)\\|$", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(Markdown::cells)
                .toList();
    }

    private static List<String> cells(MatchResult row) {
        return Stream.concat(
                        Stream.of(row.group(1)),
                        Stream.of(row.group(2).split("\\|")).map(String::strip))
                .toList();
    }
}

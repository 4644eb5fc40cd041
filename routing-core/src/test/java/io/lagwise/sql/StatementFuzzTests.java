package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Texts that nobody wrote. Each test runs for a part of a second; {@code -Dlagwise.fuzz.seconds=600} makes it longer and
 * {@code -Dlagwise.fuzz.seed} repeats a run.
 */
class StatementFuzzTests {
    private static final String[] ADDITIONS = {
        "'",
        "\"",
        "`",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ";",
        ",",
        ".",
        "::",
        ":",
        "?",
        "$1",
        "$$",
        "$a$",
        "\\",
        "--",
        "-- ",
        "/*",
        "*/",
        "/*!",
        "/*M!",
        "#",
        "@",
        "@@x",
        "@x",
        ":=",
        "E'",
        "U&\"",
        "N'",
        "*",
        "=",
        "SELECT",
        "FROM",
        "WITH",
        "RECURSIVE",
        "AS",
        "UNION",
        "INTO",
        "FOR",
        "UPDATE",
        "SHARE",
        "LOCK",
        "INSERT",
        "DELETE",
        "MERGE",
        "SET",
        "VALUES",
        "TABLE",
        "ONLY",
        "LATERAL",
        "JOIN",
        "ON",
        "USING",
        "CASE",
        "END",
        "BEGIN",
        "COMMIT",
        "CREATE",
        "DROP",
        "EXPLAIN",
        "ANALYZE",
        "nextval('s')",
        "f(",
        "IS DISTINCT FROM",
        "EXTRACT(YEAR FROM x)",
        "{fn now()}",
        "{oj",
        "{call p}",
        "\u0000",
        "\u00a0",
        "é",
        "😀"
    };

    private Random random = new Random(0);

    @BeforeEach
    void seedTheRandom() {
        random = new Random(Long.getLong("lagwise.fuzz.seed", 20261123L));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void randomBytesNeverFail(Dialect dialect) {
        SqlAnalyzer analyzer = SqlAnalyzer.of(dialect);
        repeat(() -> {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            analyzer.analyze(new String(bytes, StandardCharsets.ISO_8859_1));
        });
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void tokenSoupsNeverFail(Dialect dialect) {
        SqlAnalyzer analyzer = SqlAnalyzer.of(dialect);
        repeat(() -> {
            StringBuilder soup = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                soup.append(any(ADDITIONS)).append(random.nextBoolean() ? " " : "");
            }
            analyzer.analyze(soup.toString());
        });
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void everyTruncationOfEveryRowIsAnalyzed(Dialect dialect) {
        SqlAnalyzer analyzer = SqlAnalyzer.of(dialect);
        for (Corpus.Row row : rows(dialect)) {
            for (int length = 0; length < row.sql().length(); length++) {
                StatementProfile profile = analyzer.analyze(row.sql().substring(0, length));
                assertThat(profile.shape()).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void mutationsNeverFail(Dialect dialect) {
        SqlAnalyzer analyzer = SqlAnalyzer.of(dialect);
        List<Corpus.Row> rows = rows(dialect);
        repeat(() -> {
            StringBuilder text =
                    new StringBuilder(rows.get(random.nextInt(rows.size())).sql());
            for (int i = random.nextInt(4); i >= 0; i--) {
                mutate(text);
            }
            analyzer.analyze(text.toString());
        });
    }

    private void mutate(StringBuilder text) {
        int at = random.nextInt(text.length() + 1);
        switch (random.nextInt(3)) {
            case 0 -> text.insert(at, " " + any(ADDITIONS) + " ");
            case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(10)));
            default -> text.replace(at, Math.min(text.length(), at + 1), any(ADDITIONS));
        }
    }

    /** The truth of the other tests: what is wrapped so that it still runs must still be seen. */
    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatIsNoReadIsNoneWithinAnotherStatement(Dialect dialect) {
        SqlAnalyzer analyzer = SqlAnalyzer.of(dialect);
        for (Corpus.Row row : rows(dialect)) {
            boolean query = row.sql().regionMatches(true, 0, "select ", 0, 7)
                    && !row.sql().contains(";");
            if (query && !analyzer.analyze(row.sql()).readOnly()) {
                wrapped(row.sql() + "\n")
                        .forEach(text -> assertThat(analyzer.analyze(text).readOnly())
                                .as("%s: %s", row.id(), text)
                                .isFalse());
            }
        }
    }

    private static List<String> wrapped(String query) {
        return List.of(
                "(" + query + ")",
                "SELECT (" + query + ") AS x FROM orders",
                "SELECT * FROM (" + query + ") q",
                "SELECT * FROM orders o JOIN (" + query + ") q ON o.id = q.id, customers",
                "SELECT * FROM orders WHERE id IN (" + query + ") ORDER BY 1",
                "SELECT * FROM orders WHERE EXISTS (" + query + ") AND id = 1",
                "SELECT CASE WHEN id = ANY (" + query + ") THEN 1 ELSE 2 END FROM orders",
                "SELECT id FROM orders ORDER BY (" + query + ")",
                "SELECT id FROM orders GROUP BY id HAVING count(*) > (" + query + ")",
                "SELECT count((" + query + ")) FROM orders",
                "WITH q AS (" + query + ") SELECT * FROM q",
                "WITH RECURSIVE p AS (SELECT 1), q AS (" + query + ") SELECT * FROM p, q",
                "SELECT 1 UNION ALL (" + query + ")",
                "((" + query + ") UNION (SELECT 2))",
                "VALUES ((" + query + "))",
                "SELECT * FROM (VALUES ((" + query + "))) AS v(x)");
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aWriteStaysOneBehindOrBeforeOtherText(Dialect dialect) {
        SqlAnalyzer analyzer = SqlAnalyzer.of(dialect);
        for (Corpus.Row row : rows(dialect)) {
            if (!analyzer.analyze(row.sql()).readOnly()
                    && !analyzer.analyze(row.sql()).writes().isEmpty()) {
                for (String text : List.of(
                        "\n\t " + row.sql() + "\n ",
                        "/* SELECT */" + row.sql(),
                        "-- SELECT 1\n" + row.sql(),
                        "SELECT 1;" + row.sql(),
                        row.sql() + "\n; SELECT 1")) {
                    assertThat(analyzer.analyze(text).readOnly())
                            .as("%s: %s", row.id(), text)
                            .isFalse();
                }
            }
        }
    }

    private static List<Corpus.Row> rows(Dialect dialect) {
        List<Corpus.Row> rows = new ArrayList<>(Corpus.all(dialect));
        rows.removeIf(Corpus.Row::generated);
        return rows;
    }

    private String any(String[] choice) {
        return choice[random.nextInt(choice.length)];
    }

    private void repeat(Runnable attempt) {
        long nanos = Long.getLong("lagwise.fuzz.seconds") == null
                ? Duration.ofMillis(300).toNanos()
                : Duration.ofSeconds(Long.getLong("lagwise.fuzz.seconds")).toNanos();
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            attempt.run();
        }
    }
}

package io.lagwise.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The labelled statements: those that the acceptance is graded by, and further ones. */
final class Corpus {
    private Corpus() {}

    /**
     * One labelled statement under one dialect.
     *
     * @param id its number
     * @param dialect the dialect to read it in
     * @param reader whether it may run on a reader
     * @param cacheable whether its result may be kept
     * @param reads tables read, or {@code *}
     * @param writes tables written, or {@code *}
     * @param sql the text
     * @param note remarks and marks
     */
    record Row(
            String id,
            Dialect dialect,
            boolean reader,
            boolean cacheable,
            Set<String> reads,
            Set<String> writes,
            String sql,
            String note) {
        boolean marked(String mark) {
            return note.contains("[" + mark + "]");
        }

        boolean generated() {
            return note.startsWith("generate");
        }

        @Override
        public String toString() {
            return id + " " + dialect + ": " + (sql.length() > 300 ? sql.substring(0, 300) + "..." : sql);
        }
    }

    /** Returns the statements that the acceptance is graded by. */
    static List<Row> graded() {
        return rows("sql-statements.tsv");
    }

    /** Returns the statements that were added besides. */
    static List<Row> further() {
        return rows("further-statements.tsv");
    }

    private static List<Row> rows(String resource) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Corpus.class.getResourceAsStream(resource)), StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).flatMap(Corpus::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Row> parse(String line) {
        String[] cells = line.split("\t", -1);
        return dialects(cells[1], cells[7])
                .map(dialect -> new Row(
                        cells[0],
                        dialect,
                        cells[2].equals("reader"),
                        cells[3].equals("yes"),
                        names(cells[4]),
                        names(cells[5]),
                        expand(cells[6].replace('␤', '\n').replace('␉', '\t')),
                        cells[7]));
    }

    private static Stream<Dialect> dialects(String column, String note) {
        return switch (column) {
            case "postgresql" -> Stream.of(Dialect.POSTGRESQL);
            case "sqlserver" -> Stream.of(Dialect.SQLSERVER);
            case "standard" -> Stream.of(Dialect.ANSI);
            case "mysql" ->
                Stream.of(Dialect.MYSQL, Dialect.MARIADB)
                        .filter(dialect -> !note.contains("[mysql-only]") || dialect == Dialect.MYSQL)
                        .filter(dialect -> !note.contains("[mariadb-only]") || dialect == Dialect.MARIADB);
            default -> Stream.of(Dialect.values());
        };
    }

    private static Set<String> names(String cell) {
        return cell.equals("-") ? Set.of() : Set.of(cell.split(","));
    }

    private static String expand(String sql) {
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        for (int open = sql.indexOf("{{"); open >= 0; open = sql.indexOf("{{", at)) {
            int close = sql.indexOf("}}", open);
            expanded.append(sql, at, open).append(macro(sql.substring(open + 2, close)));
            at = close + 2;
        }
        return expanded.append(sql.substring(at)).toString();
    }

    private static String macro(String macro) {
        String[] words = macro.split(" ", 3);
        if (words[0].equals("repeat")) {
            return words[2].repeat(Integer.parseInt(words[1]));
        }
        String[] range = macro.split(" ", 4);
        return IntStream.rangeClosed(Integer.parseInt(range[1]), Integer.parseInt(range[2]))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(range[3]));
    }

    /** Returns the graded statements of the dialect. */
    static List<Row> of(Dialect dialect) {
        return graded().stream().filter(row -> row.dialect() == dialect).toList();
    }

    /** Returns all statements of the dialect. */
    static List<Row> all(Dialect dialect) {
        return Stream.concat(graded().stream(), further().stream())
                .filter(row -> row.dialect() == dialect)
                .toList();
    }
}

package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The labelled statements, graded as they are labelled. */
class SqlAnalyzerCorpusTests {
    /**
     * Rows marked hard that are not met. XML methods of SQL Server: by its text {@code body.nodes('/a')} could as well be
     * a function of a schema named body, and only the catalog knows.
     */
    private static final Set<String> NOT_MET = Set.of("ms-122");

    static Stream<Corpus.Row> rows() {
        return Corpus.graded().stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void goesWhereItIsLabelled(Corpus.Row row) {
        if (!row.marked("either")) {
            assertThat(profile(row).readOnly()).isEqualTo(row.reader());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isCacheableAsLabelled(Corpus.Row row) {
        StatementProfile profile = profile(row);
        if (!row.marked("cache-either") && !(row.marked("either") && !profile.readOnly())) {
            assertThat(profile.cacheable()).isEqualTo(row.cacheable());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void missesNoTable(Corpus.Row row) {
        if (!row.marked("tables-skip") && !NOT_MET.contains(row.id())) {
            assertThat(names(profile(row).reads())).containsAll(row.reads());
            assertThat(names(profile(row).writes())).containsAll(row.writes());
        }
    }

    @Test
    void failsAtMostAThirdOfTheHardRows() {
        long hard = rows().filter(row -> row.marked("hard"))
                .map(Corpus.Row::id)
                .distinct()
                .count();
        assertThat(NOT_MET.size() * 3L).isLessThanOrEqualTo(hard);
    }

    @Test
    void namesOtherTablesOnAtMostThreePercentOfRows() {
        List<Corpus.Row> graded =
                rows().filter(row -> !row.marked("tables-skip")).toList();
        List<Corpus.Row> wrong =
                graded.stream().filter(SqlAnalyzerCorpusTests::namesTooMuch).toList();
        assertThat(wrong.size()).as("%s", wrong).isLessThanOrEqualTo(graded.size() * 3 / 100);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void furtherStatementsAreReadExactly(Dialect dialect) {
        SoftAssertions softly = new SoftAssertions();
        Corpus.further().stream().filter(row -> row.dialect() == dialect).forEach(row -> {
            softly.assertThat(profile(row).readOnly()).as("route of %s", row).isEqualTo(row.reader());
            softly.assertThat(profile(row).cacheable()).as("cache of %s", row).isEqualTo(row.cacheable());
            softly.assertThat(known(profile(row).reads()))
                    .as("reads of %s", row)
                    .isEqualTo(row.reads());
            softly.assertThat(known(profile(row).writes()))
                    .as("writes of %s", row)
                    .isEqualTo(row.writes());
        });
        softly.assertAll();
    }

    private static boolean namesTooMuch(Corpus.Row row) {
        return !row.reads().containsAll(names(profile(row).reads()))
                || !row.writes().containsAll(names(profile(row).writes()));
    }

    private static StatementProfile profile(Corpus.Row row) {
        return SqlAnalyzer.of(row.dialect()).analyze(row.sql());
    }

    private static Set<String> known(Set<TableName> tables) {
        return tables.contains(TableName.ANY) ? Set.of("*") : names(tables);
    }

    private static Set<String> names(Set<TableName> tables) {
        Set<String> names = new TreeSet<>();
        tables.forEach(table -> names.add(table.toString()));
        return names;
    }
}

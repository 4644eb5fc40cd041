package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The labelled statements, graded as they are labelled. */
class SqlAnalyzerCorpusTests {
    static Stream<Corpus.Row> rows() {
        return Corpus.rows().stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void goesWhereItIsLabelled(Corpus.Row row) {
        StatementProfile profile = SqlAnalyzer.of(row.dialect()).analyze(row.sql());
        if (!row.marked("either")) {
            assertThat(profile.readOnly()).as("reason %s", profile.reason()).isEqualTo(row.reader());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isCacheableAsLabelled(Corpus.Row row) {
        StatementProfile profile = SqlAnalyzer.of(row.dialect()).analyze(row.sql());
        if (!row.marked("cache-either") && !(row.marked("either") && !profile.readOnly())) {
            assertThat(profile.cacheable()).isEqualTo(row.cacheable());
        }
    }

    /**
     * Rows marked hard that are not met. XML methods of SQL Server: by its text {@code body.nodes('/a')} could as well be
     * a function of a schema named body, and only the catalog knows.
     */
    private static final Set<String> NOT_MET = Set.of("ms-122");

    @ParameterizedTest
    @MethodSource("rows")
    void missesNoTable(Corpus.Row row) {
        StatementProfile profile = SqlAnalyzer.of(row.dialect()).analyze(row.sql());
        if (!row.marked("tables-skip") && !NOT_MET.contains(row.id())) {
            assertThat(names(profile.reads())).containsAll(row.reads());
            assertThat(names(profile.writes())).containsAll(row.writes());
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

    private static boolean namesTooMuch(Corpus.Row row) {
        StatementProfile profile = SqlAnalyzer.of(row.dialect()).analyze(row.sql());
        return !row.reads().containsAll(names(profile.reads())) || !row.writes().containsAll(names(profile.writes()));
    }

    private static Set<String> names(Set<TableName> tables) {
        Set<String> names = new TreeSet<>();
        tables.forEach(table -> names.add(table.toString()));
        return names;
    }
}

package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A text of two statements is never a read, and writes what both write. */
class StatementPairsTests {
    @ParameterizedTest
    @EnumSource(Dialect.class)
    void twoStatementsAreNeverARead(Dialect dialect) {
        SqlAnalyzer analyzer = SqlAnalyzer.of(dialect);
        List<Corpus.Row> rows = Corpus.all(dialect).stream()
                .filter(row -> !row.generated())
                .filter(row -> !isEmpty(analyzer, row) && !row.marked("unterminated"))
                .filter(row -> !takesTheRest(row))
                .toList();
        // A step that is prime to the number of rows meets other pairs for every first row.
        int step = 13;
        for (int i = 0; i < rows.size(); i++) {
            for (int j = i % step; j < rows.size(); j += step) {
                Corpus.Row first = rows.get(i);
                Corpus.Row second = rows.get(j);
                StatementProfile both = analyzer.analyze(first.sql() + "\n;\n" + second.sql());
                assertThat(both.readOnly()).as("%s%n;%n%s", first, second).isFalse();
                assertThat(writes(both, first)).as("%s%n;%n%s", first, second).containsAll(wanted(first));
                assertThat(writes(both, second)).as("%s%n;%n%s", first, second).containsAll(wanted(second));
            }
        }
    }

    private static boolean isEmpty(SqlAnalyzer analyzer, Corpus.Row row) {
        StatementProfile profile = analyzer.analyze(row.sql());
        return profile.reason() == RouteReason.MALFORMED && profile.writes().isEmpty();
    }

    /** In SQL Server all that follows in the batch belongs to the routine. */
    private static boolean takesTheRest(Corpus.Row row) {
        return row.dialect() == Dialect.SQLSERVER
                && row.sql().matches("(?i)(CREATE|ALTER) (PROCEDURE|TRIGGER|FUNCTION) .*");
    }

    /** Not to know the tables covers all of them. */
    private static Set<String> writes(StatementProfile profile, Corpus.Row row) {
        Set<String> writes = new HashSet<>();
        profile.writes().forEach(table -> writes.add(table.toString()));
        if (profile.writes().contains(TableName.ANY)) {
            writes.addAll(row.writes());
        }
        return writes;
    }

    private static Set<String> wanted(Corpus.Row row) {
        return row.marked("tables-skip") || row.writes().contains("*") ? Set.of() : row.writes();
    }
}

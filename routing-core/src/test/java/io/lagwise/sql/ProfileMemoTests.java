package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProfileMemoTests {
    private static final String HOT = "SELECT id FROM orders WHERE id = ?";

    private final SqlAnalyzer analyzer = SqlAnalyzer.of(Dialect.POSTGRESQL);

    @Test
    void equalTextsShareOneProfile() {
        StatementProfile first = analyzer.analyze(HOT);
        assertThat(analyzer.analyze(HOT)).isSameAs(first);
        assertThat(analyzer.analyze(new StringBuilder(HOT).toString())).isSameAs(first);
    }

    @Test
    void textsThatReturnOutliveAFloodOfTextsThatDoNot() {
        StatementProfile hot = analyzer.analyze(HOT);
        for (int i = 0; i < 50_000; i++) {
            analyzer.analyze("SELECT id FROM orders WHERE id = " + i);
            if (i % 100 == 0) {
                assertThat(analyzer.analyze(HOT)).isSameAs(hot);
            }
        }
        assertThat(analyzer.analyze(HOT)).isSameAs(hot);
    }

    @Test
    void longTextsAreAnalyzedButNotKept() {
        String text = "SELECT '" + "x".repeat(200_000) + "' FROM orders";
        StatementProfile profile = analyzer.analyze(text);
        assertThat(profile.readOnly()).isTrue();
        assertThat(analyzer.analyze(text)).isEqualTo(profile).isNotSameAs(profile);
    }

    @Test
    void textsWithTheSameHashAreToldApart() {
        assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
        assertThat(analyzer.analyze("TABLE Aa").reads()).containsExactly(TableName.of("aa"));
        for (int i = 0; i < 3; i++) {
            assertThat(analyzer.analyze("TABLE BB").reads()).containsExactly(TableName.of("bb"));
            assertThat(analyzer.analyze("TABLE Aa").reads()).containsExactly(TableName.of("aa"));
        }
    }
}

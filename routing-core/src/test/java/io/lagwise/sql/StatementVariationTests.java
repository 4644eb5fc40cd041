package io.lagwise.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Case, white space, comments and redundant parentheses change nothing but the shape. */
class StatementVariationTests {
    private static Stream<Corpus.Row> rows(Dialect dialect) {
        return Corpus.all(dialect).stream().filter(row -> !row.generated()).filter(StatementVariationTests::isWhole);
    }

    /** Leaves out texts that end within a comment, and those whose comments or white space have a meaning. */
    private static boolean isWhole(Corpus.Row row) {
        return !row.sql().contains("/*!") && !row.sql().contains("unterminated") && !row.marked("verbatim");
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void upperCaseChangesNothing(Dialect dialect) {
        rows(dialect).forEach(row -> sameAs(row, rewrite(row, " ", word -> word.toUpperCase(Locale.ROOT))));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void lowerCaseChangesNothing(Dialect dialect) {
        rows(dialect).forEach(row -> sameAs(row, rewrite(row, " ", word -> word.toLowerCase(Locale.ROOT))));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whiteSpaceBetweenTokensChangesNothing(Dialect dialect) {
        rows(dialect).forEach(row -> sameAs(row, rewrite(row, " \t\r\n\n ", UnaryOperator.identity())));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void blockCommentsBetweenTokensChangeNothing(Dialect dialect) {
        rows(dialect)
                .forEach(row -> sameAs(
                        row, rewrite(row, " /* FOR UPDATE; DELETE FROM elsewhere -- */ ", UnaryOperator.identity())));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void lineCommentsBetweenTokensChangeNothing(Dialect dialect) {
        rows(dialect)
                .forEach(row -> sameAs(row, rewrite(row, " -- it's /* FOR UPDATE ; \n", UnaryOperator.identity())));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void semicolonsAroundChangeNothing(Dialect dialect) {
        rows(dialect)
                .filter(row -> analyze(row, row.sql()).reason() != RouteReason.MALFORMED)
                .filter(row -> !opensBatch(row))
                .forEach(row -> sameAs(row, " ; ; " + row.sql() + "\n;;"));
    }

    /** The first procedure of a batch may be named without EXEC, but only there. */
    private static boolean opensBatch(Corpus.Row row) {
        return row.note().contains("first statement of a batch");
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void parenthesesAroundAQueryChangeNothing(Dialect dialect) {
        rows(dialect)
                .filter(row -> row.sql().toLowerCase(Locale.ROOT).startsWith("select "))
                .filter(row -> !row.sql().contains(";"))
                .filter(row -> isOneStatement(analyze(row, row.sql())))
                .forEach(row -> sameAs(row, "((" + row.sql() + "\n))"));
    }

    private static boolean isOneStatement(StatementProfile profile) {
        return switch (profile.reason()) {
            case MALFORMED, SEVERAL_STATEMENTS, UNKNOWN_STATEMENT -> false;
            default -> true;
        };
    }

    private static void sameAs(Corpus.Row row, String variant) {
        StatementProfile expected = analyze(row, row.sql());
        StatementProfile actual = analyze(row, variant);
        assertThat(actual)
                .as(variant)
                .usingRecursiveComparison()
                .ignoringFields("shape")
                .isEqualTo(expected);
    }

    private static StatementProfile analyze(Corpus.Row row, String sql) {
        return SqlAnalyzer.of(row.dialect()).analyze(sql);
    }

    /** Writes the tokens anew, with the gap wherever white space may stand without changing what the server reads. */
    private static String rewrite(Corpus.Row row, String gap, UnaryOperator<String> words) {
        DialectRules rules = SqlAnalyzer.of(row.dialect()).rules();
        Tokens tokens = new Lexer(row.sql(), rules.lexical(), rules.vocabulary()).read();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            if (i > 0 && mayStandApart(tokens, i)) {
                text.append(gap);
            }
            text.append(tokens.is(i, TokenKind.WORD) ? words.apply(tokens.text(i)) : tokens.text(i));
        }
        return text.toString();
    }

    private static boolean mayStandApart(Tokens tokens, int i) {
        boolean apart = tokens.start(i) > tokens.end(i - 1);
        return apart || !(isGlued(tokens.kind(i)) || isGlued(tokens.kind(i - 1)));
    }

    /** Tells kinds that make one sign of the language together with a neighbour. */
    private static boolean isGlued(TokenKind kind) {
        return switch (kind) {
            case OPERATOR, STAR, CAST, DOT, VARIABLE, STRING, PARAMETER, NUMBER -> true;
            default -> false;
        };
    }
}

package io.lagwise.sql;

import java.util.List;

/**
 * Tells what a statement does from its text alone.
 *
 * <p>Thread-safe. Profiles are memoised by text within a bound of memory.
 */
public final class SqlAnalyzer {
    private final DialectRules rules;
    private final ProfileMemo memo = new ProfileMemo(this::analyzeAnew);

    private SqlAnalyzer(DialectRules rules) {
        this.rules = rules;
    }

    /** Returns an analyzer for statements of the dialect. */
    public static SqlAnalyzer of(Dialect dialect) {
        return new SqlAnalyzer(DialectRules.of(dialect));
    }

    /** Returns what the text does. */
    public StatementProfile analyze(String sql) {
        return memo.get(sql);
    }

    /**
     * Returns what each statement and expression within the body of a trigger of MySQL or MariaDB does.
     *
     * <p>Names of variables, and of the rows {@code NEW} and {@code OLD}, are taken for columns.
     */
    public List<StatementProfile> analyzeBody(String body) {
        Lexer lexer = new Lexer(body, rules.lexical(), rules.vocabulary());
        Tokens tokens = lexer.read();
        boolean clear = !lexer.broken() && !lexer.unsure() && !lexer.settingsMatter() && tokens.pair();
        List<String> parts = clear ? new BodyParts(tokens).read() : List.of(body);
        return parts.stream().map(this::analyze).toList();
    }

    private StatementProfile analyzeAnew(String sql) {
        Reading usual = new Reading(sql, rules, rules.lexical());
        if (usual.settingsMatter()) {
            for (LexicalRules lexical : rules.lexical().otherReadings()) {
                Reading other = new Reading(sql, rules, lexical);
                if (!other.refused()) {
                    usual.include(other);
                }
            }
        }
        return usual.profile();
    }
}

package io.lagwise.sql;

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

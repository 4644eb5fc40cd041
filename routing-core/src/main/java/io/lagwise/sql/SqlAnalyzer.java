package io.lagwise.sql;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Tells what a statement does from its text alone.
 *
 * <p>Thread-safe. There is one analyzer per dialect; it remembers profiles by text within a bound of memory.
 */
public final class SqlAnalyzer {
    private static final Map<Dialect, SqlAnalyzer> ANALYZERS = new EnumMap<>(Dialect.class);

    private final DialectRules rules;
    private final ProfileMemo memo = new ProfileMemo(this::analyzeAnew);

    private SqlAnalyzer(Dialect dialect) {
        this.rules = DialectRules.of(dialect);
    }

    /** Returns the analyzer for statements of the dialect. */
    public static SqlAnalyzer of(Dialect dialect) {
        synchronized (ANALYZERS) {
            return ANALYZERS.computeIfAbsent(dialect, SqlAnalyzer::new);
        }
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

    DialectRules rules() {
        return rules;
    }

    /** Reads the text as all servers of the dialect may, whatever their settings, and joins what is found. */
    private StatementProfile analyzeAnew(String sql) {
        Reading usual = new Reading(sql, rules, rules.lexical());
        if (usual.settingsMatter()) {
            for (LexicalRules settings : rules.lexical().otherReadings()) {
                Reading other = new Reading(sql, rules, settings);
                if (!other.refused()) {
                    usual.include(other);
                }
            }
        }
        return usual.profile();
    }
}

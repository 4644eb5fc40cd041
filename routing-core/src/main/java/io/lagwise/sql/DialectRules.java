package io.lagwise.sql;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * All that tells one dialect from another, as data.
 *
 * @param dialect the dialect
 * @param lexical how it cuts a text into tokens
 * @param vocabulary its words and built-in routines
 * @param relations its special relations
 */
record DialectRules(Dialect dialect, LexicalRules lexical, Vocabulary vocabulary, Relations relations) {
    private static final Map<Dialect, DialectRules> LOADED = new EnumMap<>(Dialect.class);

    static synchronized DialectRules of(Dialect dialect) {
        return LOADED.computeIfAbsent(dialect, DialectRules::load);
    }

    private static DialectRules load(Dialect dialect) {
        String words = dialect.name().toLowerCase(Locale.ROOT) + ".txt";
        return new DialectRules(dialect, LexicalRules.of(dialect), Vocabulary.load(words), Relations.of(dialect));
    }
}

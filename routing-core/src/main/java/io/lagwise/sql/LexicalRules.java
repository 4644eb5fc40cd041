package io.lagwise.sql;

import static io.lagwise.sql.Trait.*;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How a dialect cuts a text into tokens.
 *
 * @param traits what the dialect does
 * @param prefixes the letters that may stand right before a string, in lower case
 * @param executedUpTo the highest version that a conditional comment may ask for and is surely executed
 */
record LexicalRules(Set<Trait> traits, String prefixes, int executedUpTo) {

    private static final LexicalRules POSTGRESQL = new LexicalRules(
            EnumSet.of(NESTED_COMMENTS, RETURN_ENDS_COMMENT, ESCAPE_STRINGS, UNICODE_ESCAPES, DOLLAR_QUOTES), "bxn", 0);

    private static final Set<Trait> MYSQL_TRAITS = EnumSet.of(
            EXECUTED_COMMENTS,
            HASH_COMMENTS,
            SPACED_DASHES,
            BACKSLASHES,
            DOUBLE_QUOTED_STRINGS,
            DOUBLE_QUOTED_BACKSLASHES,
            BACKTICKS,
            VARIABLES,
            DIGITS_IN_FRONT);

    private static final LexicalRules MYSQL = new LexicalRules(MYSQL_TRAITS, "bxn", 80_000);

    /** MariaDB passes over conditional comments that ask for MySQL 5.7 and later. */
    private static final LexicalRules MARIADB = new LexicalRules(MYSQL_TRAITS, "bxn", 50_699);

    private static final LexicalRules SQLSERVER =
            new LexicalRules(EnumSet.of(NESTED_COMMENTS, BRACKETS, VARIABLES, SIGNS_IN_NAMES, LETTERS_ONLY), "n", 0);

    private static final LexicalRules ANSI = new LexicalRules(
            EnumSet.of(NESTED_COMMENTS, UNICODE_ESCAPES, BACKTICKS, LETTERS_ONLY, UNKNOWN_DATABASE), "bxn", 0);

    static LexicalRules of(Dialect dialect) {
        return switch (dialect) {
            case POSTGRESQL -> POSTGRESQL;
            case MYSQL -> MYSQL;
            case MARIADB -> MARIADB;
            case SQLSERVER -> SQLSERVER;
            case ANSI -> ANSI;
        };
    }

    /** Returns how servers read a text whose settings for backslashes and quotes are not the usual ones. */
    List<LexicalRules> otherReadings() {
        if (has(DOUBLE_QUOTED_STRINGS)) {
            LexicalRules ansiQuotes = without(DOUBLE_QUOTED_STRINGS, DOUBLE_QUOTED_BACKSLASHES);
            return List.of(
                    without(BACKSLASHES, DOUBLE_QUOTED_BACKSLASHES), ansiQuotes, ansiQuotes.without(BACKSLASHES));
        }
        return has(BRACKETS) ? List.of() : List.of(with(BACKSLASHES));
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    private LexicalRules with(Trait trait) {
        Set<Trait> more = EnumSet.copyOf(traits);
        more.add(trait);
        return new LexicalRules(more, prefixes, executedUpTo);
    }

    private LexicalRules without(Trait... gone) {
        Set<Trait> fewer = EnumSet.copyOf(traits);
        fewer.removeAll(List.of(gone));
        return new LexicalRules(fewer, prefixes, executedUpTo);
    }
}

package io.lagwise.sql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All that tells one dialect from another, as data.
 *
 * @param dialect the dialect
 * @param lexical how it cuts a text into tokens
 * @param vocabulary its words and built-in routines
 * @param relations its special relations
 */
record DialectRules(Dialect dialect, LexicalRules lexical, Vocabulary vocabulary, Relations relations) {

    static DialectRules of(Dialect dialect) {
        return new DialectRules(
                dialect, LexicalRules.of(dialect), Vocabulary.load(words(dialect)), Relations.of(dialect));
    }

    private static String[] words(Dialect dialect) {
        String own = dialect.name().toLowerCase(Locale.ROOT) + ".txt";
        return joinedTargets(dialect) ? new String[] {"mysql-family.txt", own} : new String[] {own};
    }

    private static boolean joinedTargets(Dialect dialect) {
        return dialect == Dialect.MYSQL || dialect == Dialect.MARIADB;
    }

    /** Returns whether UPDATE and DELETE may change several joined tables. */
    boolean joinedTargets() {
        return joinedTargets(dialect);
    }

    /** Returns a new finder of what a statement changes, where FROM items can be what it changes. */
    @Nullable
    Targets newTargets() {
        return dialect == Dialect.POSTGRESQL ? null : new Targets(joinedTargets());
    }

    /** Returns whether a statement may change tables through a common table expression. */
    boolean changesThroughExpressions() {
        return dialect == Dialect.SQLSERVER || dialect == Dialect.ANSI;
    }

    /** Returns whether a common table expression may read itself without RECURSIVE. */
    boolean recursiveWithoutWord() {
        return dialect == Dialect.SQLSERVER;
    }

    /** Returns whether a statement may follow another with nothing between them. */
    boolean unseparated() {
        return dialect == Dialect.SQLSERVER;
    }

    /** Returns whether {@code ::} is followed by a method of a type. */
    boolean staticMethods() {
        return dialect == Dialect.SQLSERVER;
    }

    /** Returns whether unquoted names that differ in case only are surely the same name. */
    boolean foldsNames() {
        return dialect == Dialect.POSTGRESQL;
    }

    /** Returns whether {@code s.nextval} may advance a sequence. */
    boolean sequenceColumns() {
        return dialect == Dialect.ANSI || dialect == Dialect.MARIADB;
    }

    /** Returns whether the server runs nothing of a text of which it cannot parse all. */
    boolean parsedAsAWhole() {
        return dialect == Dialect.POSTGRESQL;
    }

    /** Returns whether changes of the schema commit. */
    boolean implicitCommits() {
        return joinedTargets();
    }
}

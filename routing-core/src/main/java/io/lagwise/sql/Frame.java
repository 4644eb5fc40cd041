package io.lagwise.sql;

import org.jspecify.annotations.Nullable;

/** One level of parentheses while a query is read. */
final class Frame {
    /** What may come next on this level. */
    Clause clause = Clause.START;
    /** The statement that this level holds, or {@link Word#OTHER} for expressions and lists. */
    Word verb = Word.OTHER;
    /** Where the names of common table expressions stood when the level began. */
    int scopeMark;
    /** The first token of the level. */
    int start;
    /** Whether FROM and FOR separate arguments here, as in {@code extract(year FROM x)}. */
    boolean argumentWords;
    /** Whether the clause GROUP BY is being read. */
    boolean grouping;
    /** Whether the FROM item at hand has its alias. */
    boolean aliased;
    /** Whether names that are being defined may be used at once. */
    boolean recursive;
    /** How many commas this level had outside its FROM clause. */
    int commas;
    /** The name of the routine whose arguments this level holds. */
    @Nullable
    String routine;
    /** The common table expression that this level defines. */
    @Nullable
    String defines;

    Frame begin(Clause first, int scope, int token) {
        clause = first;
        verb = Word.OTHER;
        scopeMark = scope;
        start = token;
        argumentWords = false;
        grouping = false;
        aliased = false;
        recursive = false;
        commas = 0;
        routine = null;
        defines = null;
        return this;
    }
}

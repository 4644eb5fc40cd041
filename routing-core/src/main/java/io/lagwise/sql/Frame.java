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
    /** How many table names had been read when the level began. */
    int readMark;
    /** Whether FROM and FOR separate arguments here, as in {@code extract(year FROM x)}. */
    boolean argumentWords;
    /** Whether the select list is being read. */
    boolean selecting;
    /** Whether WHERE or HAVING is being read. */
    boolean filtering;
    /** Whether GROUP BY is being read. */
    boolean grouping;
    /** Whether the assignments of UPDATE are being read. */
    boolean assigning;
    /** Whether the FROM item at hand has its alias. */
    boolean aliased;
    /** Whether the FROM item at hand is a call. */
    boolean calledItem;
    /** Whether the FROM item at hand may turn out to be what the statement changes. */
    boolean targetItem;
    /** Whether common table expressions may name each other at once. */
    boolean recursive;
    /** How many commas this level had outside its FROM clause. */
    int commas;
    /** How many CASE have no END yet. */
    int cases;
    /** The name of the routine whose arguments this level holds. */
    @Nullable
    String routine;
    /** The common table expression that this level defines. */
    @Nullable
    String defines;
    /** What the statement changes, where FROM items can be what is changed. */
    @Nullable
    Targets targets;

    Frame begin(Clause first, int scopes, int reads) {
        clause = first;
        verb = Word.OTHER;
        scopeMark = scopes;
        readMark = reads;
        argumentWords = false;
        selecting = false;
        filtering = false;
        grouping = false;
        assigning = false;
        aliased = false;
        calledItem = false;
        targetItem = false;
        recursive = false;
        commas = 0;
        cases = 0;
        routine = null;
        defines = null;
        targets = null;
        return this;
    }

    /** Goes on with an expression that belongs to no clause that has a flag. */
    void plainExpression() {
        clause = Clause.EXPRESSION;
        selecting = false;
        filtering = false;
        grouping = false;
        assigning = false;
    }

    /** Goes on with a FROM item. */
    void nextItem() {
        clause = Clause.ITEM;
        aliased = false;
        calledItem = false;
        selecting = false;
        assigning = false;
    }

    /** Returns whether what follows is a condition, in which two operands never stand side by side. */
    boolean isPredicate() {
        return filtering || clause == Clause.CONDITION;
    }
}

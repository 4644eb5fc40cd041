package io.lagwise.sql;

/** What the query reader expects next on a level of parentheses. */
enum Clause {
    /** A query or a statement that changes data. */
    BODY,
    /** A query. */
    QUERY,
    /** A query or an expression. */
    START,
    /** A query or FROM items. */
    FROM_START,
    /** Anything of an expression, or the word that begins the next clause. */
    EXPRESSION,
    /** As an expression, but of a join: a comma or a join leads to the next FROM item. */
    CONDITION,
    /** A FROM item. */
    ITEM,
    /** An alias, a hint, a join, a comma or the next clause. */
    AFTER_ITEM,
    /** The point or range of time of a FROM item. */
    PERIOD,
    /** The name of a common table expression. */
    CTE,
    /** What follows the body of a common table expression. */
    AFTER_CTE,
    /** The target of INSERT, UPDATE, DELETE or MERGE. */
    TARGET,
    /** What follows that target. */
    AFTER_TARGET;

    /** Returns whether a level may end here. */
    boolean complete() {
        return switch (this) {
            case START, EXPRESSION, CONDITION, AFTER_ITEM, PERIOD, AFTER_TARGET -> true;
            case BODY, QUERY, FROM_START, ITEM, CTE, AFTER_CTE, TARGET -> false;
        };
    }
}

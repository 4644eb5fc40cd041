package io.lagwise.sql;

import org.jspecify.annotations.Nullable;

/**
 * A word that a dialect knows.
 *
 * @param text the word in lower case
 * @param word what the grammar makes of it
 * @param reserved whether it cannot be the name of a table or, unless built in, of a routine
 * @param routine what a call of the built-in routine of that name means
 * @param bare what the word means where it is written without parentheses and acts like a call
 */
record Term(String text, Word word, boolean reserved, @Nullable RoutineKind routine, @Nullable RoutineKind bare) {}

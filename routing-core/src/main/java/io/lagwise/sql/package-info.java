/** What is this statement? Lexer, analyzer and profile; needs no connection and sees no JDBC. */
@NullMarked
package io.lagwise.sql;

import org.jspecify.annotations.NullMarked;

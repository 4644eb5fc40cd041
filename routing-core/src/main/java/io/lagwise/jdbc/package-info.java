/** The logical connection and its statements: physical ones are taken when a statement runs, and given back soon. */
@NullMarked
package io.lagwise.jdbc;

import org.jspecify.annotations.NullMarked;

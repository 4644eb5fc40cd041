/** The answer without a database: kept results, and what decides whether they may answer. */
@NullMarked
package io.lagwise.cache;

import org.jspecify.annotations.NullMarked;

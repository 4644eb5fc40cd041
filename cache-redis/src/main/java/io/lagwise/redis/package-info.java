/** The records and results that several instances share, in Redis. */
@NullMarked
package io.lagwise.redis;

import org.jspecify.annotations.NullMarked;

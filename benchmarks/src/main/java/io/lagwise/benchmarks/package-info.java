/** Benchmarks, each beside a floor and a peer in the same run. */
@NullMarked
package io.lagwise.benchmarks;

import org.jspecify.annotations.NullMarked;

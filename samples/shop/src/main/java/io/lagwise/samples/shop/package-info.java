/** A small shop whose reads leave the writer. */
@NullMarked
package io.lagwise.samples.shop;

import org.jspecify.annotations.NullMarked;

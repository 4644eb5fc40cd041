/**
 * What application code compiles against: annotations, hints, and the reasons of routing decisions.
 *
 * <p>This package sees the JDK and JSpecify only.
 */
@NullMarked
package io.lagwise;

import org.jspecify.annotations.NullMarked;

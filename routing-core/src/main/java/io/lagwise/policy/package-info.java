/** The decision: which sources are safe for a statement, and which of them answers; pure over snapshots. */
@NullMarked
package io.lagwise.policy;

import org.jspecify.annotations.NullMarked;

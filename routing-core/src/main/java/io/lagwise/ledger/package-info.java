/** When was each table last written? Positions and commits in flight. */
@NullMarked
package io.lagwise.ledger;

import org.jspecify.annotations.NullMarked;

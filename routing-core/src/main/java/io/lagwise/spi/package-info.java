/** What others may replace: ledger, monitor, probe, policy, listener; and the values they exchange. */
@NullMarked
package io.lagwise.spi;

import org.jspecify.annotations.NullMarked;

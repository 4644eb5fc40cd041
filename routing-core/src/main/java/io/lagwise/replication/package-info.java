/** Who has it already? One probe per database, one monitor for all. */
@NullMarked
package io.lagwise.replication;

import org.jspecify.annotations.NullMarked;

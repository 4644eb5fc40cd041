package io.lagwise.spi;

import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of one table.
 *
 * @param table its name, as the catalog gives it
 * @param lastWrite a position that holds its last write; null while nothing is known
 * @param inFlight commits under way
 */
public record TableRecord(String table, @Nullable Position lastWrite, int inFlight) {}

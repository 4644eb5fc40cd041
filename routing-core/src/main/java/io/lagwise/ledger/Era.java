package io.lagwise.ledger;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;

/**
 * One reading of an epoch's floor: every table counts as written there.
 *
 * @param epoch the epoch
 * @param floor a position of its writer, polled when the epoch was first seen or read anew
 */
record Era(Epoch epoch, Position floor) {}

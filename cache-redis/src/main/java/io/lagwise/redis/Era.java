package io.lagwise.redis;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;

/**
 * One reading of an epoch: every table counts as written at its floor. Compared by identity, as each reading is told anew.
 *
 * @param epoch the epoch
 * @param floor a position of its writer
 * @param text the epoch as Redis has it
 */
record Era(Epoch epoch, Position floor, String text) {
    static Era of(Epoch epoch, Position floor) {
        return new Era(epoch, floor, Epochs.text(epoch));
    }
}

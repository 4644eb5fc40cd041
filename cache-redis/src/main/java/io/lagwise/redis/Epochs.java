package io.lagwise.redis;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.ServerId;

/** Epochs as text that sorts as they do. */
final class Epochs {
    private static final int DIGITS = 20;

    private Epochs() {}

    static String text(Epoch epoch) {
        return "%020d.%020d.%s".formatted(epoch.timeline(), epoch.started(), epoch.server());
    }

    static Epoch of(String text) {
        return new Epoch(
                Long.parseLong(text.substring(0, DIGITS)),
                Long.parseLong(text.substring(DIGITS + 1, 2 * DIGITS + 1)),
                new ServerId(text.substring(2 * DIGITS + 2)));
    }
}

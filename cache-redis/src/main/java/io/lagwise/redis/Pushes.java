package io.lagwise.redis;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a shelf's mirror hear what Redis pushes.
 *
 * <p>The client subscribes again by itself when its connection is lost; what is missed meanwhile, the mirror finds out.
 * Runs on one thread.
 */
final class Pushes {
    private static final Logger log = LoggerFactory.getLogger(Pushes.class);

    private final RedissonClient client;
    private final Shelf shelf;
    private @Nullable CompletableFuture<Integer> listening;

    Pushes(RedissonClient client, Shelf shelf) {
        this.client = client;
        this.shelf = shelf;
    }

    /** Subscribes, unless that is done or under way. */
    void keep() {
        if (listening != null && !listening.isCompletedExceptionally()) {
            return;
        }
        String prefix = shelf.nameOf("");
        try {
            listening = topic().addListenerAsync(
                            String.class, (channel, push) -> shelf.mirror().hear(push, prefix))
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            // The application may have shut its client down.
            log.debug("Redis cannot be listened to", e);
        }
    }

    private RTopic topic() {
        return client.getTopic(shelf.name(), StringCodec.INSTANCE);
    }

    /** Ends the subscription; waits for nothing. */
    void end() {
        CompletableFuture<Integer> begun = listening;
        if (begun != null) {
            begun.thenAccept(listener -> topic().removeListenerAsync(listener)).exceptionally(failure -> {
                log.debug("A subscription was not ended", failure);
                return null;
            });
        }
    }
}

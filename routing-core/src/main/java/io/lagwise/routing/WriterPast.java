package io.lagwise.routing;

import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ServerStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where the writer was some time ago; of one thread. */
final class WriterPast {
    private record Moment(Position position, long at) {}

    private final long age;
    private final LongSupplier clock;
    private final Deque<Moment> moments = new ArrayDeque<>();
    private @Nullable Epoch epoch;

    /** Makes it for moments that long ago, by a clock in nanoseconds. */
    WriterPast(Duration age, LongSupplier clock) {
        this.age = age.toNanos();
        this.clock = clock;
    }

    /** Notes where the writer is now, and returns where it was; null while that is not known, or was another writer. */
    @Nullable
    Position at(ServerStatus now) {
        if (!now.epoch().equals(epoch)) {
            epoch = now.epoch();
            moments.clear();
        }
        long time = clock.getAsLong();
        moments.add(new Moment(now.position(), time));
        Position before = null;
        while (time - moments.element().at() >= age) {
            before = moments.remove().position();
        }
        if (before != null) {
            moments.addFirst(new Moment(before, time - age));
        }
        return before;
    }
}

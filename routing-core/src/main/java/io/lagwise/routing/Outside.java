package io.lagwise.routing;

import io.lagwise.replication.PollLoop;
import io.lagwise.routing.RoutingStatus.ExternalWritesStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What looks for writes that do not go through the library; started and closed as one. */
final class Outside {
    private static final Logger log = LoggerFactory.getLogger(Outside.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(4);

    private final OutsideWatch watch;
    private final PollLoop loop;
    private final @Nullable OutsideStream stream;
    private final Unreported unreported;

    /** Makes it of the watch, with a stream or without. */
    Outside(OutsideWatch watch, @Nullable OutsideStream stream, Unreported unreported) {
        this.watch = watch;
        this.loop = new PollLoop("lagwise-outside", watch::look);
        this.stream = stream;
        this.unreported = unreported;
    }

    void start() {
        loop.start();
        if (stream != null) {
            stream.start();
        }
    }

    ExternalWritesStatus status() {
        ExternalWritesStatus status =
                stream == null ? new ExternalWritesStatus("poll", "polling", unreported.count(), 0) : stream.status();
        return watch.isAnswered() ? status : status.withState("unavailable: the writer does not answer");
    }

    /** Ends the looking, before the monitor that it asks is closed. */
    void close() {
        loop.close();
        if (stream != null) {
            stream.close();
        }
        try {
            loop.join(LONGEST_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.debug("Interrupted while writes from outside were looked for", e);
        }
        watch.close();
    }
}

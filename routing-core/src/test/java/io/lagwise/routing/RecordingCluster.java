package io.lagwise.routing;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * A writer and its readers in memory, which answer as PostgreSQL and its driver do and write down each round trip.
 *
 * <p>What is committed on the writer moves the log; readers apply it at once unless they are paused.
 */
final class RecordingCluster {
    /** A multiple of this is never just behind a page header. */
    private static final long RECORD = 64;

    private final AtomicLong log = new AtomicLong(16 * 1024 * 1024);
    private final RecordingServer writer = new RecordingServer("writer", this, false);
    private final List<RecordingServer> readers;

    RecordingCluster(int readers) {
        this.readers = IntStream.rangeClosed(1, readers)
                .mapToObj(number -> new RecordingServer("reader-" + number, this, true))
                .toList();
    }

    RecordingServer writer() {
        return writer;
    }

    RecordingServer reader() {
        return readers.get(0);
    }

    List<RecordingServer> readers() {
        return readers;
    }

    /** Returns the tables that the catalog shows. */
    List<String> tables() {
        return List.of("item", "other");
    }

    long position() {
        return log.get();
    }

    void write() {
        log.addAndGet(RECORD);
    }

    /** Forgets all round trips so far. */
    void forget() {
        writer.forget();
        readers.forEach(RecordingServer::forget);
    }
}

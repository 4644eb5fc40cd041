package io.lagwise.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the few bytes of System V shared memory that a killed server leaves.
 *
 * <p>The system has room for some thousand of them until it is restarted. A server that starts again in the same
 * directory takes them back itself.
 */
record SharedMemory(List<String> lockFile) {
    private static final Logger LOG = LoggerFactory.getLogger(SharedMemory.class);
    private static final int KEY_AND_ID = 6;

    static SharedMemory leftBy(Path data) throws IOException {
        Path lockFile = data.resolve("postmaster.pid");
        return new SharedMemory(Files.exists(lockFile) ? Files.readAllLines(lockFile) : List.of());
    }

    void remove() throws IOException {
        if (lockFile.size() > KEY_AND_ID && !Platform.isWindows()) {
            String id = lockFile.get(KEY_AND_ID).strip().replaceFirst("^\\d+\\s+", "");
            Command.Outcome outcome =
                    Command.of("/bin/sh", "-c", "ipcrm -m " + id).run();
            if (!outcome.succeeded()) {
                LOG.warn("Shared memory segment {} of a killed server stays: {}", id, outcome.output());
            }
        }
    }
}

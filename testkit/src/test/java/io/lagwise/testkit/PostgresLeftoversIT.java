package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lagwise.testkit.ServerOwner.Habit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PostgresLeftoversIT extends LeftoversContract {
    private static final int CREATOR = 4;

    @Override
    String kind() {
        return "postgres";
    }

    @Override
    String program() {
        return "postgres -D";
    }

    @Override
    int servers() {
        return 2;
    }

    @ParameterizedTest
    @EnumSource(names = {"FORGET", "FREEZE", "KILL"})
    void sharedMemoryIsFreedToo(Habit habit) throws IOException {
        Process owner = own(habit);
        List<String> postmasters = postmasters();
        assertThat(sharedMemoryOf(postmasters)).hasSize(2);

        owner.destroyForcibly();

        awaitNothingLeft();
        assertThat(sharedMemoryOf(postmasters)).isEmpty();
    }

    @Test
    void nextStartFreesSharedMemory() throws IOException {
        Process owner = own(Habit.FORGET);
        List<String> postmasters = postmasters();
        abandon(owner);

        own(Habit.FORGET);

        assertThat(sharedMemoryOf(postmasters)).isEmpty();
    }

    /** The process numbers that the servers have noted, dead or alive. */
    private List<String> postmasters() throws IOException {
        List<String> postmasters = new ArrayList<>();
        for (Path cluster : directories()) {
            for (String node : List.of("writer", "reader-1")) {
                postmasters.add(Files.readAllLines(cluster.resolve(node + "/data/postmaster.pid"))
                        .get(0));
            }
        }
        return postmasters;
    }

    private static List<String> sharedMemoryOf(List<String> creators) throws IOException {
        Path segments = Path.of("/proc/sysvipc/shm");
        assumeThat(segments).exists();
        return Files.readAllLines(segments).stream()
                .filter(line -> creators.contains(line.strip().split("\\s+")[CREATOR]))
                .toList();
    }
}

package io.lagwise.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.redis.Usability.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsabilityTests {
    private final Usability usability = new Usability();

    private void note(State... states) {
        List.of(states).forEach(usability::note);
    }

    @Test
    void theStartIsNoHindrance() {
        note(State.UNREACHABLE, State.RECOVERING, State.AVAILABLE);
        assertThat(usability.hindrances())
                .containsOnlyKeys("recovering", "instance-missing", "unreachable", "not-pushed");
        assertThat(usability.hindrances().values()).containsOnly(0L);
    }

    @Test
    void eachHindranceCountsOnceWhenItBegins() {
        note(
                State.AVAILABLE,
                State.UNREACHABLE,
                State.UNREACHABLE,
                State.RECOVERING,
                State.AVAILABLE,
                State.UNREACHABLE);
        assertThat(usability.hindrances())
                .containsEntry("unreachable", 2L)
                .containsEntry("recovering", 1L)
                .containsEntry("instance-missing", 0L);
    }
}

package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisSentinelsIT {
    private final RedisSentinels sentinels = RedisSentinels.start();

    @AfterEach
    void close() {
        sentinels.close();
    }

    @Test
    void eachSentinelNamesThePrimary() {
        assertThat(sentinels.addresses()).hasSize(3).doesNotHaveDuplicates();
        for (RedisServer sentinel : sentinels.sentinels()) {
            assertThat(sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", sentinels.watchedName()))
                    .isEqualTo(List.of(
                            "127.0.0.1", String.valueOf(sentinels.primary().port())));
        }
        assertThat(sentinels.replica().isLinked()).isTrue();
    }

    @Test
    void aFailoverMakesTheReplicaPrimaryAndItHasWhatItWasTold() {
        RedisServer former = sentinels.primary();
        RedisServer next = sentinels.replica();
        former.command("SET", "key", "before");
        former.command("WAIT", "1", "10000");
        sentinels.failover();
        assertThat(sentinels.primary()).isSameAs(next);
        assertThat(next.command("GET", "key")).isEqualTo("before");
        assertThat(sentinels.replica()).isSameAs(former);
    }

    @Test
    void theReplicaTakesOverFromAKilledPrimary() {
        RedisServer former = sentinels.primary();
        former.kill();
        sentinels.awaitHealthy();
        assertThat(sentinels.primary()).isNotSameAs(former);
        assertThat(sentinels.primary().command("SET", "key", "value")).isEqualTo("OK");
    }

    @Test
    void theReplicaTakesOverFromAFrozenPrimary() {
        RedisServer former = sentinels.primary();
        former.freeze();
        sentinels.awaitHealthy();
        assertThat(sentinels.primary()).isNotSameAs(former);
        former.thaw();
        assertThat(sentinels.replica()).isSameAs(former);
    }
}

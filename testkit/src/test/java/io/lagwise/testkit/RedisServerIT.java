package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisServerIT {
    private final RedisServer redis = RedisServer.builder()
            .setting("maxmemory", "10mb")
            .setting("client-output-buffer-limit", "normal", "0", "0", "0")
            .start();

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void commandsAreAnswered() {
        assertThat(redis.command("SET", "greeting", "two words")).isEqualTo("OK");
        assertThat(redis.command("GET", "greeting")).isEqualTo("two words");
        assertThat(redis.command("GET", "none")).isNull();
        assertThat(redis.command("RPUSH", "list", "a", "b")).isEqualTo(2L);
        assertThat(redis.command("LRANGE", "list", "0", "-1")).isEqualTo(List.of("a", "b"));
        assertThat(redis.command("CONFIG", "GET", "maxmemory")).isEqualTo(List.of("maxmemory", "10485760"));
        assertThatThrownBy(() -> redis.command("NONSENSE"))
                .isInstanceOf(TestServerException.class)
                .hasMessageContaining("NONSENSE");
    }

    @Test
    void aKilledServerComesBackEmptyOnTheSamePort() {
        String address = redis.address();
        redis.command("SET", "key", "value");
        redis.kill();
        assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(TestServerException.class);
        redis.start();
        assertThat(redis.address()).isEqualTo(address);
        assertThat(redis.command("GET", "key")).isNull();
        redis.stop();
        redis.start();
        assertThat(redis.command("PING")).isEqualTo("PONG");
    }

    @Test
    void aRunningServerIsNotStartedTwice() {
        assertThatThrownBy(redis::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(String.valueOf(redis.port()));
        assertThat(redis.command("PING")).isEqualTo("PONG");
        redis.freeze();
        assertThatThrownBy(redis::start).isInstanceOf(IllegalStateException.class);
        redis.thaw();
    }

    @Test
    void aKilledCopyComesBackEmpty() {
        try (RedisServer copy = RedisServer.builder().start()) {
            redis.command("SET", "key", "value");
            copy.follow(redis);
            copy.kill();
            copy.start();
            assertThat(copy.command("GET", "key")).isNull();
        }
    }

    @Test
    void aFrozenServerAnswersWhenItIsThawed() throws Exception {
        redis.freeze();
        CompletableFuture<Object> answer = CompletableFuture.supplyAsync(() -> redis.command("PING"));
        assertThatThrownBy(() -> answer.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        redis.thaw();
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("PONG");
    }

    @Test
    void aPromotedCopyHasWhatItReceivedAndNothingSince() {
        try (RedisServer copy = RedisServer.builder().start();
                RedisLink link = redis.link()) {
            int port = URI.create(link.address()).getPort();
            redis.command("SET", "key", "before");
            copy.follow(redis);
            assertThat(copy.command("GET", "key")).isEqualTo("before");
            copy.promote();
            redis.command("SET", "key", "after");
            assertThat(RedisCommand.of("GET", "key").on(port)).isEqualTo("after");
            link.redirect(copy);
            assertThat(RedisCommand.of("GET", "key").on(port)).isEqualTo("before");
        }
    }

    @Test
    void aLinkCanBeCutAndStalledWhileTheServerAnswersOthers() throws Exception {
        try (RedisLink link = redis.link()) {
            int port = URI.create(link.address()).getPort();
            RedisCommand ping = RedisCommand.of("PING");
            assertThat(ping.on(port)).isEqualTo("PONG");
            link.cut();
            assertThatThrownBy(() -> ping.on(port)).isInstanceOf(TestServerException.class);
            assertThat(redis.command("PING")).isEqualTo("PONG");
            link.restore();
            assertThat(ping.on(port)).isEqualTo("PONG");
            link.stall();
            CompletableFuture<Object> answer = CompletableFuture.supplyAsync(() -> ping.on(port));
            assertThatThrownBy(() -> answer.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(redis.command("PING")).isEqualTo("PONG");
            link.restore();
            assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("PONG");
        }
    }
}

package io.lagwise.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Redis primary and its replica, over which three sentinels watch.
 *
 * <p>What can befall a server can befall each: {@code primary().kill()}. A primary that is dead or frozen is replaced by
 * its replica some seconds later, when two sentinels have missed it for one. It needs and leaves what {@link RedisServer}
 * does.
 */
public final class RedisSentinels implements AutoCloseable {
    private static final String WATCHED = "lagwise";
    private static final int SENTINELS = 3;
    private static final String QUORUM = "2";
    private static final String DOWN_AFTER_MILLIS = "1000";
    private static final String FAILOVER_TIMEOUT_MILLIS = "5000";

    private final RunDirectory directory = RunDirectory.open();
    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels() {}

    /** Starts all and returns when the sentinels know each other and both servers. */
    public static RedisSentinels start() {
        RedisSentinels started = new RedisSentinels();
        try {
            started.launch();
            started.watch();
            return started;
        } catch (RuntimeException failure) {
            started.close();
            throw failure;
        }
    }

    /** Returns the addresses of the sentinels as clients take them. */
    public List<String> addresses() {
        return sentinels.stream().map(RedisServer::address).toList();
    }

    /** Returns the name that clients ask the sentinels for; Redisson's {@code masterName}. */
    public String watchedName() {
        return WATCHED;
    }

    /** Returns the sentinels. */
    public List<RedisServer> sentinels() {
        return List.copyOf(sentinels);
    }

    /** Returns the server that a sentinel now names as primary, dead or alive. */
    public RedisServer primary() {
        RedisServer asked =
                live(sentinels).findFirst().orElseThrow(() -> new IllegalStateException("No sentinel can be asked"));
        String port = named(asked);
        return servers.stream()
                .filter(server -> port.equals(String.valueOf(server.port())))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the server that is not the primary. */
    public RedisServer replica() {
        RedisServer primary = primary();
        return servers.stream().filter(server -> server != primary).findFirst().orElseThrow();
    }

    /**
     * Has the replica made primary, and returns when all living sentinels name it.
     *
     * <p>The former primary goes on as one for some ten seconds, until a sentinel makes it follow. What it has not told the
     * other is lost, and all that it is told meanwhile.
     */
    public void failover() {
        RedisServer next = replica();
        String port = String.valueOf(next.port());
        Waiting.until(this::isBegun, () -> "a sentinel begins to fail over to " + next);
        Waiting.until(
                () -> live(sentinels).allMatch(sentinel -> port.equals(named(sentinel))), () -> next + " is primary");
    }

    /** Waits until all living sentinels name the same living primary, and a living replica follows it. */
    public void awaitHealthy() {
        Waiting.until(this::isHealthy, () -> "the sentinels agree");
    }

    /** Ends all servers and removes their directory. */
    @Override
    public void close() {
        // First those that would look for a new primary.
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
        directory.close();
    }

    // ---- making

    private void launch() {
        for (String name : List.of("one", "other")) {
            servers.add(launch(name, RedisServer.builder()));
        }
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(launch(
                    "sentinel-" + i, RedisServer.builder().setting("sentinel").rewriting("sentinel.conf")));
        }
    }

    private RedisServer launch(String name, RedisServer.Builder builder) {
        int port = Ports.next();
        return builder.start(directory.of(name), port, () -> Ports.giveBack(port));
    }

    private void watch() {
        RedisServer primary = servers.get(0);
        servers.get(1).follow(primary);
        for (RedisServer sentinel : sentinels) {
            sentinel.command(
                    "SENTINEL", "MONITOR", WATCHED, RedisServer.LOOPBACK, String.valueOf(primary.port()), QUORUM);
            sentinel.command("SENTINEL", "SET", WATCHED, "down-after-milliseconds", DOWN_AFTER_MILLIS);
            sentinel.command("SENTINEL", "SET", WATCHED, "failover-timeout", FAILOVER_TIMEOUT_MILLIS);
        }
        awaitHealthy();
    }

    // ---- asking

    private static Stream<RedisServer> live(List<RedisServer> servers) {
        return servers.stream().filter(RedisServer::isLive);
    }

    /** Returns the port of the primary as one sentinel knows it. */
    private static String named(RedisServer sentinel) {
        return String.valueOf(list(sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", WATCHED))
                .get(1));
    }

    private static List<?> list(@Nullable Object answer) {
        return (List<?>) Objects.requireNonNull(answer);
    }

    /** A sentinel refuses while it knows no replica that is well, and while another failover goes on. */
    private boolean isBegun() {
        try {
            sentinels.stream()
                    .filter(RedisServer::isLive)
                    .findFirst()
                    .orElseThrow()
                    .command("SENTINEL", "FAILOVER", WATCHED);
            return true;
        } catch (TestServerException refused) {
            return false;
        }
    }

    private boolean isHealthy() {
        RedisServer primary = primary();
        String port = String.valueOf(primary.port());
        RedisServer replica = replica();
        return primary.isLive()
                && live(sentinels).allMatch(sentinel -> port.equals(named(sentinel)) && knowsAll(sentinel))
                && (!replica.isLive() || replica.isLinked());
    }

    private static boolean knowsAll(RedisServer sentinel) {
        List<?> words = list(sentinel.command("SENTINEL", "MASTER", WATCHED));
        return after(words, "num-other-sentinels").equals(String.valueOf(SENTINELS - 1))
                && after(words, "num-slaves").equals("1")
                && after(words, "flags").equals("master");
    }

    private static Object after(List<?> words, String name) {
        return Objects.requireNonNull(words.get(words.indexOf(name) + 1));
    }
}

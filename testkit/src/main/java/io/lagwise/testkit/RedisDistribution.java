package io.lagwise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Keeps the unpacked Redis for all later starts. */
final class RedisDistribution {
    private static final String ARTIFACT = "com.github.codemonstur:embedded-redis";
    private static final Map<String, String> SERVERS = Map.of(
            "linux-amd64", "redis-server-6.2.6-v5-linux-amd64",
            "linux-arm64v8", "redis-server-6.2.7-linux-arm64",
            "darwin-amd64", "redis-server-6.2.6-v5-darwin-amd64",
            "darwin-arm64v8", "redis-server-6.2.6-v5-darwin-arm64");

    private final Path executable;
    private final ServerAccount account;

    private RedisDistribution(Path executable, ServerAccount account) {
        this.executable = executable;
        this.account = account;
    }

    static synchronized RedisDistribution install() throws IOException {
        String server = SERVERS.get(Platform.current().artifact());
        if (server == null) {
            throw new TestServerException(
                    "Redis is known to run on " + SERVERS.keySet() + " only, not on " + Platform.current());
        }
        Path cache = CacheDirectory.locate();
        Path home = cache.resolve(server);
        CachedDirectory.make(home, directory -> unpack(server, directory));
        return new RedisDistribution(home.resolve(server), ServerAccount.forOwnerOf(cache));
    }

    private static void unpack(String server, Path target) throws IOException {
        try (InputStream content = RedisDistribution.class.getResourceAsStream("/" + server)) {
            if (content == null) {
                throw new TestServerException("Redis is not on the class path; add the dependency " + ARTIFACT);
            }
            Path file = target.resolve(server);
            Files.copy(content, file);
            Directories.permit(file, true);
        }
    }

    ServerAccount account() {
        return account;
    }

    List<String> command(List<String> arguments) {
        return account.command(executable, arguments.toArray(String[]::new));
    }
}

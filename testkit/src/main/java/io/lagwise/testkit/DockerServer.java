package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container that outlives it, so that its published port stays when it is stopped or killed.
 *
 * <p>The container itself sleeps as root; everything of PostgreSQL belongs to its own user, which makes {@code kill -1}
 * of that user reach exactly the server and its children.
 */
final class DockerServer implements PostgresServer {
    private static final int PORT = 5432;
    private static final String USER = "postgres";
    private static final String DATA = "/tmp/lagwise/data";
    private static final String LOG = "/tmp/lagwise/server.log";
    private static final String POSTMASTER = "$(head -n 1 " + DATA + "/postmaster.pid)";
    private static final String ANYONE_IN_THE_NETWORK = "host all all all trust\nhost replication all all trust\n";

    private final String name;
    private final ServerSettings settings;
    private final GenericContainer<?> container;
    private volatile boolean frozen;

    DockerServer(String name, String image, Network network, ServerSettings settings) {
        this.name = name;
        this.settings = settings;
        this.container = new GenericContainer<>(DockerImageName.parse(image))
                .withNetwork(network)
                .withNetworkAliases(name)
                .withExposedPorts(PORT)
                .withCreateContainerCmdModifier(create -> {
                    create.withEntrypoint("sleep", "infinity");
                    // Somebody must reap the children of a killed server.
                    Objects.requireNonNull(create.getHostConfig()).withInit(true);
                })
                .waitingFor(Wait.forSuccessfulCommand("true"));
        container.start();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return container.getMappedPort(PORT);
    }

    @Override
    public String replicationHost() {
        return name;
    }

    @Override
    public int replicationPort() {
        return PORT;
    }

    @Override
    public void initialize() {
        clear();
        shell("initdb -D " + DATA + " -U " + AdminSession.SUPERUSER
                + " -A trust -E UTF8 --locale=C --no-sync --no-instructions --wal-segsize=4");
        Map<String, String> lines = new LinkedHashMap<>(settings.all());
        lines.put("listen_addresses", "*");
        shell("printf %s \"$1\" >" + DATA + "/postgresql.conf", ServerSettings.render(lines));
        shell("printf %s \"$1\" >>" + DATA + "/pg_hba.conf", ANYONE_IN_THE_NETWORK);
    }

    @Override
    public void copyFrom(PostgresServer source) {
        if (!source.running()) {
            source.launch();
        }
        clear();
        String from = " -h " + source.replicationHost() + " -U " + AdminSession.SUPERUSER;
        Waiting.until(
                () -> run("pg_isready -q" + from).getExitCode() == 0,
                () -> source.name() + " accepts connections; its last words:\n" + source.lastWords());
        shell("pg_basebackup -D " + DATA + from + " -c fast -X stream --no-sync");
        shell("touch " + DATA + "/standby.signal && : >" + DATA + "/postgresql.auto.conf");
    }

    @Override
    public void launch() {
        shell("pg_ctl start -W -D " + DATA + " -l " + LOG);
    }

    @Override
    public void stop() {
        if (running()) {
            thaw();
            shell("pg_ctl stop -m fast -w -D " + DATA);
        }
    }

    @Override
    public void kill() {
        if (running()) {
            shell("kill -KILL -1; while kill -0 " + POSTMASTER + "; do sleep 0.01; done 2>/dev/null");
            frozen = false;
        }
    }

    @Override
    public boolean running() {
        return run("kill -0 " + POSTMASTER).getExitCode() == 0;
    }

    @Override
    public void signal(String signal, int pid) {
        // The fourth field of a process's state is its parent.
        if (run("[ \"$(cut -d ' ' -f 4 /proc/" + pid + "/stat)\" = " + POSTMASTER + " ]")
                        .getExitCode()
                != 0) {
            throw new IllegalArgumentException(pid + " is no process of " + name);
        }
        shell("kill -" + signal + " " + pid);
    }

    @Override
    public void freeze() {
        shell("kill -STOP -1");
        frozen = true;
    }

    @Override
    public void thaw() {
        if (frozen) {
            shell("kill -CONT -1");
            frozen = false;
        }
    }

    @Override
    public boolean frozen() {
        return frozen;
    }

    @Override
    public void write(String setting, String value) {
        shell("printf %s \"$1\" >>" + DATA + "/postgresql.auto.conf", ServerSettings.line(setting, value));
    }

    @Override
    public String lastWords() {
        return run("tail -n 20 " + LOG).getStdout();
    }

    void discard() {
        container.stop();
    }

    private void clear() {
        shell("rm -rf " + DATA + " && mkdir -p " + DATA + " && chmod 700 " + DATA);
    }

    private void shell(String script, String... arguments) {
        ExecResult result = run(script, arguments);
        if (result.getExitCode() != 0) {
            throw new TestServerException(
                    name + ": " + script + " ended with " + result.getExitCode() + ": " + result.getStderr());
        }
    }

    private ExecResult run(String script, String... arguments) {
        String[] command = Stream.concat(Stream.of("sh", "-c", script, "sh"), List.of(arguments).stream())
                .toArray(String[]::new);
        try {
            return container.execInContainer(
                    ExecConfig.builder().user(USER).command(command).build());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TestServerException("Interrupted while running " + script + " in " + name, interrupted);
        }
    }
}

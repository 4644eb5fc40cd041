package io.lagwise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * A real MariaDB server.
 *
 * <p>It is a child process on the loopback interface with a temporary directory. It ends with {@link #close()} and at
 * the latest with the JVM, even when that is killed. It needs MariaDB's binaries and JDBC driver on the class path, which
 * the testkit does not bring.
 */
public final class MariaDbServer implements AutoCloseable {
    private static final String NAME = "mariadb";
    private static final String LOOPBACK = "127.0.0.1";
    private static final String SUPERUSER = "root";

    private final ApplicationDatabase database;
    private final RunDirectory directory;
    private final ServerProcess process;
    private final int port = Ports.next();

    private MariaDbServer(ApplicationDatabase database) {
        this.database = database;
        this.directory = RunDirectory.open();
        this.process = new ServerProcess(NAME, directory.of(NAME));
    }

    /** Returns a builder of a server with an empty database. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the port on the loopback interface. */
    public int port() {
        return port;
    }

    /** Returns the URL of the application's database. */
    public String jdbcUrl() {
        return url(database.name());
    }

    /** Returns the application's user, who has all rights on its database and no other. */
    public String username() {
        return database.user();
    }

    /** Returns the password of {@link #username()}. */
    public String password() {
        return database.password();
    }

    /** Returns an unpooled source of connections of the application's user. */
    public DataSource dataSource() {
        return source(jdbcUrl(), database.user(), database.password());
    }

    /** Returns an unpooled source of the superuser's connections to the application's database. */
    public DataSource adminDataSource() {
        return source(jdbcUrl(), SUPERUSER, "");
    }

    /** Ends the server and removes its directory. */
    @Override
    public void close() {
        process.kill();
        directory.close();
        Ports.giveBack(port);
    }

    @Override
    public String toString() {
        return NAME + " at " + LOOPBACK + ":" + port;
    }

    private void start(MariaDbDistribution distribution, Map<String, String> settings) throws IOException {
        Path data = directory.of(NAME).resolve("data");
        Directories.createReadable(directory.of(NAME));
        Directories.copy(distribution.template(), data, path -> true);
        distribution.account().own(data);
        process.launch(distribution.command(arguments(data, settings)));
        Waiting.until(this::isReady, () -> this + " accepts connections; its last words:\n" + process.lastWords());
        createDatabase();
    }

    private String[] arguments(Path data, Map<String, String> settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--datadir=" + data);
        arguments.add("--pid-file=" + data.resolve("mariadbd.pid"));
        arguments.add("--port=" + port);
        arguments.add("--bind-address=" + LOOPBACK);
        arguments.add("--socket=");
        arguments.add("--skip-name-resolve");
        // Else the server makes a key pair, which takes half a minute on a busy machine.
        arguments.add("--skip-ssl");
        settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return arguments.toArray(String[]::new);
    }

    private boolean isReady() {
        if (!process.running()) {
            throw new TestServerException(this + " did not start; its last words:\n" + process.lastWords());
        }
        try (Connection connection = source(url(""), SUPERUSER, "").getConnection()) {
            return connection.isValid(0);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private void createDatabase() {
        String name = "`" + database.name().replace("`", "``") + "`";
        String user = literal(database.user()) + "@'%'";
        // In a grant the name of a database is a pattern.
        String pattern = name.replace("_", "\\_").replace("%", "\\%");
        try (Connection connection = source(url(""), SUPERUSER, "").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
            statement.execute("CREATE USER " + user + " IDENTIFIED BY " + literal(database.password()));
            statement.execute("GRANT ALL PRIVILEGES ON " + pattern + ".* TO " + user);
        } catch (SQLException failure) {
            throw new TestServerException("creating the database " + name + ": " + failure.getMessage(), failure);
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private String url(String databaseName) {
        return "jdbc:mariadb://" + LOOPBACK + ":" + port + "/" + databaseName;
    }

    private static DataSource source(String url, String user, String password) {
        try {
            MariaDbDataSource source = new MariaDbDataSource(url);
            source.setUser(user);
            source.setPassword(password);
            return source;
        } catch (SQLException malformed) {
            throw new IllegalArgumentException(url, malformed);
        }
    }

    /** Chooses what {@link MariaDbServer} shall be. */
    public static final class Builder {
        private String database = "app";
        private String user = "app";
        private final Map<String, String> settings = defaults();

        private Builder() {}

        /** Sets the name of the application's database; {@code app} by default. */
        public Builder database(String name) {
            database = name;
            return this;
        }

        /** Sets the application's user, whose password is its name; {@code app} by default. */
        public Builder user(String name) {
            user = name;
            return this;
        }

        /** Sets a server setting, such as {@code sql-mode}. */
        public Builder setting(String name, String value) {
            settings.put(name.replace('_', '-'), value);
            return this;
        }

        /** Starts the server and returns when it has the application's database. */
        public MariaDbServer start() {
            try {
                MariaDbDistribution distribution = MariaDbDistribution.install();
                return start(distribution, new MariaDbServer(new ApplicationDatabase(database, user, user)));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        private MariaDbServer start(MariaDbDistribution distribution, MariaDbServer server) throws IOException {
            try {
                server.start(distribution, settings);
                return server;
            } catch (RuntimeException | IOException failure) {
                server.close();
                throw failure;
            }
        }

        private static Map<String, String> defaults() {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("character-set-server", "utf8mb4");
            settings.put("default-time-zone", "+00:00");
            settings.put("innodb-buffer-pool-size", "32M");
            settings.put("innodb-flush-log-at-trx-commit", "0");
            return settings;
        }
    }
}

package io.lagwise.history;

import io.lagwise.RoutingHints;
import io.lagwise.history.History.Before;
import io.lagwise.spi.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One thread of an application, which reads and writes counters and has every answer checked.
 *
 * <p>Beside the history's rule a client checks that reads of one server never go back, whether or not what they saw was
 * acknowledged, unless a server has crashed since; and that the reads of one snapshot agree.
 */
final class Client {
    private static final int MOST_READS = 4;

    /** Not a server: what is kept for another instance may be older, within the bound. */
    private static final String CACHE = "cache";

    /** What a client does. */
    enum Mode {
        /** Reads only, and so goes on where writers wait. */
        READS,
        /** Reads and writes. */
        READS_AND_WRITES
    }

    /** The time between two crashes, of one writer. */
    private record Calm(int crashes, @Nullable Epoch epoch) {}

    /** A number as it was last seen, and where. */
    private record Seen(String server, Calm calm, long number) {}

    private final RoutedCluster routed;
    private final History history;
    private final Traffic traffic;
    private final RandomGenerator random;
    private final Mode mode;
    private final @Nullable Seen[] seen = new @Nullable Seen[History.COUNTERS];

    Client(RoutedCluster routed, History history, Traffic traffic, RandomGenerator random, Mode mode) {
        this.routed = routed;
        this.history = history;
        this.traffic = traffic;
        this.random = random;
        this.mode = mode;
    }

    /** Does one unit of work as an application would, in half of them with results kept. */
    void step() throws SQLException {
        RoutingHints hints = random.nextBoolean() ? RoutingHints.cached() : RoutingHints.uncached();
        try (RoutingHints.Scope scope = hints.open()) {
            work();
        }
    }

    private void work() throws SQLException {
        int dice = random.nextInt(100);
        if (dice < 48) {
            readAlone();
        } else if (dice < 62) {
            readTogether(Connection.TRANSACTION_READ_COMMITTED);
        } else if (dice < 70) {
            readTogether(Connection.TRANSACTION_REPEATABLE_READ);
        } else if (dice < 85 || mode == Mode.READS || !traffic.writes()) {
            prepareOnce();
        } else {
            writeSomething(dice);
        }
    }

    private void writeSomething(int dice) throws SQLException {
        traffic.writing().lock();
        try {
            if (dice < 94) {
                writeAlone();
            } else {
                writeTogether();
            }
        } finally {
            traffic.writing().unlock();
        }
    }

    // ---- reading

    private void readAlone() throws SQLException {
        try (Connection connection = routed.routing().getConnection()) {
            for (int i = random.nextInt(1, MOST_READS); i > 0; i--) {
                read(connection, query());
            }
        }
    }

    /** Runs one prepared statement again and again, in auto-commit mode. */
    private void prepareOnce() throws SQLException {
        Query query = query();
        try (Connection connection = routed.routing().getConnection();
                PreparedStatement statement = connection.prepareStatement(query.sql())) {
            for (int i = random.nextInt(1, MOST_READS); i > 0; i--) {
                check(query, () -> query.run(statement, random));
            }
        }
    }

    private void readTogether(int isolation) throws SQLException {
        try (Connection connection = routed.routing().getConnection()) {
            connection.setReadOnly(true);
            connection.setTransactionIsolation(isolation);
            connection.setAutoCommit(false);
            if (isolation == Connection.TRANSACTION_REPEATABLE_READ) {
                readSnapshot(connection);
            } else {
                for (int i = random.nextInt(1, MOST_READS); i > 0; i--) {
                    read(connection, query());
                }
            }
            connection.commit();
        }
    }

    private void readSnapshot(Connection connection) throws SQLException {
        Map<Integer, Long> snapshot = new TreeMap<>();
        Before before = history.before(routed);
        for (int i = random.nextInt(1, MOST_READS); i > 0; i--) {
            Query query = query();
            long[] numbers = query.run(connection, random);
            for (int k = 0; k < numbers.length; k++) {
                int counter = query.counters()[k];
                history.read(counter, numbers[k], before, describe(query) + " within a snapshot");
                Long earlier = snapshot.put(counter, numbers[k]);
                if (earlier != null && earlier != numbers[k]) {
                    history.violate(describe(query) + " read " + numbers[k] + " after " + earlier + " in one snapshot");
                }
            }
        }
    }

    void read(Connection connection, Query query) throws SQLException {
        check(query, () -> query.run(connection, random));
    }

    /** Reads a counter by a statement of its own. */
    void read(int counter) throws SQLException {
        try (Connection connection = routed.routing().getConnection()) {
            read(connection, Query.one(counter / History.ROWS, counter % History.ROWS));
        }
    }

    private interface Reading {
        long[] run() throws SQLException;
    }

    private void check(Query query, Reading reading) throws SQLException {
        Calm calm = calm();
        Before before = history.before(routed);
        long[] numbers = reading.run();
        String server = routed.decisions().last().node();
        boolean steady = calm().equals(calm);
        for (int i = 0; i < numbers.length; i++) {
            int counter = query.counters()[i];
            history.read(counter, numbers[i], before, describe(query));
            Seen last = seen[counter];
            if (steady
                    && (history.isStrict() || !server.equals(CACHE))
                    && last != null
                    && last.server().equals(server)
                    && last.calm().equals(calm)) {
                requireForward(query, last, numbers[i]);
            }
            seen[counter] = steady ? new Seen(server, calm, numbers[i]) : null;
        }
    }

    private Calm calm() {
        return new Calm(routed.crashes(), routed.routing().lagMonitor().latest().epoch());
    }

    private void requireForward(Query query, Seen last, long number) {
        if (number < last.number()) {
            history.violate(describe(query) + " read " + number + " after " + last.number() + " on the same server");
        }
    }

    private String describe(Query query) {
        return Thread.currentThread().getName() + ": " + query.sql() + " on "
                + routed.decisions().last();
    }

    private Query query() {
        return Query.any(random, traffic.tableToRead(random));
    }

    // ---- writing

    private void writeAlone() throws SQLException {
        int counter = counterToWrite();
        try (Connection connection = routed.routing().getConnection()) {
            write(connection, counter);
            if (random.nextBoolean()) {
                read(connection, query());
            }
        }
        if (random.nextBoolean()) {
            read(counter);
        }
    }

    /** Writes a counter in auto-commit mode. */
    void write(int counter) throws SQLException {
        try (Connection connection = routed.routing().getConnection()) {
            write(connection, counter);
        }
    }

    private void write(Connection connection, int counter) throws SQLException {
        long number;
        try {
            number = increment(connection, counter);
        } catch (SQLException e) {
            history.leaveOpen(counter);
            throw e;
        }
        history.acknowledge(routed, counter, number);
        traffic.wrote(counter);
    }

    /** Writes several tables in one transaction; some roll back, wholly or in part. */
    private void writeTogether() throws SQLException {
        try (Connection connection = routed.routing().getConnection()) {
            connection.setAutoCommit(false);
            if (random.nextBoolean()) {
                read(connection, query());
            }
            Map<Integer, Long> written = new TreeMap<>();
            for (int counter : countersToWrite()) {
                writeWithin(connection, counter, written);
            }
            if (random.nextInt(8) == 0) {
                connection.rollback();
            } else {
                commit(connection, written);
            }
            if (random.nextInt(4) == 0) {
                connection.setAutoCommit(true);
                read(connection, query());
            }
        }
    }

    private void writeWithin(Connection connection, int counter, Map<Integer, Long> written) throws SQLException {
        if (random.nextInt(5) == 0) {
            Savepoint savepoint = connection.setSavepoint();
            increment(connection, counter);
            connection.rollback(savepoint);
            return;
        }
        written.put(counter, increment(connection, counter));
        if (random.nextInt(3) == 0) {
            requireOwn(connection, counter, written.get(counter));
        }
    }

    private void requireOwn(Connection connection, int counter, long number) throws SQLException {
        Query query = Query.one(counter / History.ROWS, counter % History.ROWS);
        long read = query.run(connection, random)[0];
        if (read != number) {
            history.violate(describe(query) + " read " + read + " after this transaction wrote " + number);
        }
    }

    private void commit(Connection connection, Map<Integer, Long> written) throws SQLException {
        try {
            if (random.nextInt(8) == 0) {
                connection.setAutoCommit(true);
            } else {
                connection.commit();
            }
        } catch (SQLException e) {
            written.keySet().forEach(history::leaveOpen);
            throw e;
        }
        written.forEach((counter, number) -> history.acknowledge(routed, counter, number));
        written.keySet().forEach(traffic::wrote);
    }

    private long increment(Connection connection, int counter) throws SQLException {
        String sql = "update " + History.tableOf(counter) + " set n = n + 1 where id = ? returning n";
        if (random.nextBoolean()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setInt(1, History.key(counter));
                return number(statement.executeQuery());
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql.replace("?", Integer.toString(History.key(counter))));
            return number(statement.getResultSet());
        }
    }

    private static long number(ResultSet results) throws SQLException {
        try (results) {
            results.next();
            return results.getLong(1);
        }
    }

    private int counterToWrite() {
        return History.counter(traffic.tableToWrite(random), random.nextInt(History.ROWS));
    }

    /** In order, so that transactions seldom wait for each other in a circle. */
    private Iterable<Integer> countersToWrite() {
        TreeSet<Integer> counters = new TreeSet<>();
        for (int i = random.nextInt(1, MOST_READS); i > 0; i--) {
            counters.add(counterToWrite());
        }
        return random.nextInt(10) == 0 ? counters.descendingSet() : counters;
    }
}

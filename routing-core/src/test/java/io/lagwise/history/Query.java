package io.lagwise.history;

import static io.lagwise.history.History.ROWS;
import static io.lagwise.history.History.counter;
import static io.lagwise.history.History.table;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.random.RandomGenerator;

/**
 * A statement that reads counters, in one of the ways an application may run it.
 *
 * @param sql the text; each {@code ?} stands for the key
 * @param key the key of the row read
 * @param counters the counters whose numbers it returns, row by row
 */
record Query(String sql, int key, int[] counters) {
    private static final int SHAPES = 5;

    static Query any(RandomGenerator random, int table) {
        int row = random.nextInt(ROWS);
        return switch (random.nextInt(SHAPES)) {
            case 0 -> all(table);
            case 1 -> join(table, random.nextInt(History.TABLES), row);
            case 2 -> nested(table, random.nextInt(History.TABLES), row);
            default -> one(table, row);
        };
    }

    static Query one(int table, int row) {
        return new Query("select n from " + table(table) + " where id = ?", row + 1, new int[] {counter(table, row)});
    }

    private static Query all(int table) {
        int[] counters = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            counters[row] = counter(table, row);
        }
        return new Query("select n from " + table(table) + " where id >= ? order by id", 1, counters);
    }

    private static Query join(int left, int right, int row) {
        String sql = "select a.n, b.n from %s a join %s b on b.id = a.id where a.id = ?";
        return both(sql, left, right, row);
    }

    private static Query nested(int left, int right, int row) {
        String sql = "with w as (select id, n from %s) select w.n, (select n from %s x where x.id = w.id) from w"
                + " where w.id = ?";
        return both(sql, left, right, row);
    }

    private static Query both(String sql, int left, int right, int row) {
        return new Query(
                sql.formatted(table(left), table(right)), row + 1, new int[] {counter(left, row), counter(right, row)});
    }

    /** Runs it once, plainly or prepared, by {@code executeQuery} or {@code execute}. */
    long[] run(Connection connection, RandomGenerator random) throws SQLException {
        if (random.nextBoolean()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return run(statement, random);
            }
        }
        String text = sql.replace("?", Integer.toString(key));
        try (Statement statement = connection.createStatement()) {
            if (random.nextBoolean()) {
                return numbers(statement.executeQuery(text));
            }
            statement.execute(text);
            return numbers(statement.getResultSet());
        }
    }

    long[] run(PreparedStatement statement, RandomGenerator random) throws SQLException {
        statement.setInt(1, key);
        if (random.nextBoolean()) {
            return numbers(statement.executeQuery());
        }
        statement.execute();
        return numbers(statement.getResultSet());
    }

    private long[] numbers(ResultSet results) throws SQLException {
        try (results) {
            long[] numbers = new long[counters.length];
            int columns = results.getMetaData().getColumnCount();
            for (int i = 0; i < numbers.length; i++) {
                if (i % columns == 0 && !results.next()) {
                    throw new AssertionError("Rows are missing in the answer to " + sql);
                }
                numbers[i] = results.getLong(i % columns + 1);
            }
            return numbers;
        }
    }
}

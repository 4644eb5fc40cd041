package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RoutingHints;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That a kept result answers each getter as the driver's own does, for each type of PostgreSQL. */
@PostgresReplication(readers = 1)
class KeptResultsIT {
    private static final int LEAST_COMPARISONS = 8000;

    /** Types, each with values; NULL is added to all. */
    private static final Map<String, List<String>> VALUES = Map.ofEntries(
            Map.entry("int2", List.of("0", "-32768", "32767", "1")),
            Map.entry("int4", List.of("0", "-2147483648", "2147483647", "300")),
            Map.entry("int8", List.of("0", "-9223372036854775808", "9223372036854775807", "7")),
            Map.entry(
                    "numeric", List.of("0", "1.50", "-0.000000001", "1e40", "NaN", "Infinity", "12345678901234567890")),
            Map.entry("numeric(10,2)", List.of("1.5", "99999999.99")),
            Map.entry("float4", List.of("0", "1.1", "-3.4e38", "NaN", "Infinity", "-Infinity")),
            Map.entry("float8", List.of("0", "0.1", "1e300", "NaN", "Infinity", "-0", "42")),
            Map.entry("bool", List.of("true", "false")),
            Map.entry("text", List.of("", "a", "  padded ", "Grüße \uD83D\uDE00", "42", "true", "2020-02-29", "1.5e3")),
            Map.entry("varchar(20)", List.of("", "x", "12")),
            Map.entry("char(5)", List.of("", "abc")),
            Map.entry("\"char\"", List.of("c")),
            Map.entry("name", List.of("pg_name")),
            Map.entry("bytea", List.of("", "\\x00ff10", "\\x31")),
            Map.entry(
                    "date",
                    List.of("2020-02-29", "0001-01-01", "0044-03-15 BC", "infinity", "-infinity", "5874897-12-31")),
            Map.entry("time", List.of("00:00", "23:59:59.999999", "24:00")),
            Map.entry("timetz", List.of("12:34:56.789+05:30", "00:00-12")),
            Map.entry(
                    "timestamp",
                    List.of(
                            "2020-02-29 12:34:56.123456",
                            "infinity",
                            "-infinity",
                            "0044-03-15 00:00 BC",
                            "2021-03-28 02:30")),
            Map.entry(
                    "timestamptz",
                    List.of("2020-02-29 12:34:56.123456+00", "infinity", "-infinity", "1900-01-01 00:00+00")),
            Map.entry("interval", List.of("1 year 2 mons 3 days 04:05:06.789", "-1 day", "0")),
            Map.entry("uuid", List.of("00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
            Map.entry("json", List.of("{\"a\": [1, null]}", "null")),
            Map.entry("jsonb", List.of("{\"b\": 2}", "\"s\"")),
            Map.entry("xml", List.of("<a>1</a>")),
            Map.entry("bit(4)", List.of("0101")),
            Map.entry("bit", List.of("1", "0")),
            Map.entry("varbit", List.of("", "10101")),
            Map.entry("money", List.of("0", "-12.34", "1234567.89")),
            Map.entry("inet", List.of("192.168.0.1/24", "::1")),
            Map.entry("cidr", List.of("10.0.0.0/8")),
            Map.entry("macaddr", List.of("08:00:2b:01:02:03")),
            Map.entry("point", List.of("(1,2)")),
            Map.entry("box", List.of("((1,2),(3,4))")),
            Map.entry("tsvector", List.of("'a':1 'b':2")),
            Map.entry("int4[]", List.of("{}", "{1,NULL,3}", "{{1,2},{3,4}}")),
            Map.entry("text[]", List.of("{a,\"b,c\",NULL}", "{\"\"}")),
            Map.entry("float8[]", List.of("{1.5,NaN}")),
            Map.entry("numeric[]", List.of("{1.50,2}")),
            Map.entry("timestamptz[]", List.of("{2020-02-29 12:34:56+00}")),
            Map.entry("bytea[]", List.of("{\"\\\\x0102\"}")),
            Map.entry("uuid[]", List.of("{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}")),
            Map.entry("int4range", List.of("[1,5)", "empty")),
            Map.entry("tstzrange", List.of("[2020-01-01 00:00+00,)")),
            Map.entry("mood", List.of("sad", "happy")),
            Map.entry("mood[]", List.of("{sad,happy}")),
            Map.entry("positive", List.of("5")),
            Map.entry("pair", List.of("(1,x)", "(,)")),
            Map.entry("pair[]", List.of("{\"(1,x)\"}")),
            Map.entry("pg_lsn", List.of("0/16B3748")));

    private static final List<Class<?>> CLASSES = List.of(
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            BigInteger.class,
            BigDecimal.class,
            Float.class,
            Double.class,
            java.sql.Date.class,
            java.sql.Time.class,
            java.sql.Timestamp.class,
            java.util.Date.class,
            Calendar.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetDateTime.class,
            OffsetTime.class,
            ZonedDateTime.class,
            Instant.class,
            UUID.class,
            byte[].class,
            Array.class,
            SQLXML.class,
            java.net.InetAddress.class,
            org.postgresql.util.PGobject.class,
            org.postgresql.util.PGInterval.class,
            org.postgresql.util.PGmoney.class,
            Object.class,
            Thread.class);

    private static final List<String> GETTERS = List.of(
            "getString",
            "getNString",
            "getBoolean",
            "getByte",
            "getShort",
            "getInt",
            "getLong",
            "getFloat",
            "getDouble",
            "getBigDecimal",
            "getBytes",
            "getDate",
            "getTime",
            "getTimestamp",
            "getAsciiStream",
            "getBinaryStream",
            "getCharacterStream",
            "getObject",
            "getArray",
            "getSQLXML",
            "getURL",
            "getRef",
            "getRowId",
            "getNClob");

    /** How the driver asks for values, which decides in which form they arrive. */
    enum Transfer {
        TEXT("binaryTransfer=false"),
        BINARY("prepareThreshold=-1"),
        SIMPLE("preferQueryMode=simple");

        private final String option;

        Transfer(String option) {
            this.option = option;
        }
    }

    private final PostgresCluster cluster;
    private int comparisons;

    KeptResultsIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    private PostgresRouting routing(Transfer transfer) throws SQLException {
        PostgresRouting routing = new PostgresRouting(
                cluster, pool -> pool.setJdbcUrl(pool.getJdbcUrl() + "?" + transfer.option), builder -> {});
        return routing.prepare();
    }

    private static void makeTypes(PostgresRouting routing) throws SQLException {
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            for (String type : List.of("mood as enum ('sad', 'happy')", "pair as (a int, b text)")) {
                String name = type.substring(0, type.indexOf(' '));
                statement.execute("drop type if exists " + name + " cascade");
                statement.execute("create type " + type);
            }
            statement.execute("drop domain if exists positive cascade");
            statement.execute("create domain positive as int check (value > 0)");
        }
    }

    private String makeTable(PostgresRouting routing, String type, int number) throws SQLException {
        String table = "typed_" + number;
        try (Connection connection = routing.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists " + table);
            statement.execute("create table " + table + " (id int primary key, v " + type + ")");
            int id = 0;
            for (String value : VALUES.get(type)) {
                statement.executeUpdate(
                        "insert into " + table + " values (" + id + ", '" + value.replace("'", "''") + "')");
                id++;
            }
            statement.executeUpdate("insert into " + table + " values (" + id + ", null)");
        }
        return "select v from " + table + " where id >= ? order by id";
    }

    @ParameterizedTest
    @EnumSource
    void everyGetterAnswersAsTheDriverDoes(Transfer transfer) throws Exception {
        try (PostgresRouting routing = routing(transfer)) {
            makeTypes(routing);
            Map<String, String> queries = new java.util.TreeMap<>();
            int number = 0;
            for (String type : VALUES.keySet()) {
                queries.put(type, makeTable(routing, type, number++));
            }
            routing.awaitFresh();
            for (Map.Entry<String, String> query : queries.entrySet()) {
                routing.awaitReason(query.getValue(), io.lagwise.RouteReason.READER_FRESH);
                compare(routing, query.getKey(), query.getValue());
            }
        }
        System.out.println(transfer + ": " + comparisons + " comparisons of " + VALUES.size() + " types");
        assertThat(comparisons).isGreaterThan(LEAST_COMPARISONS);
    }

    private void compare(PostgresRouting routing, String type, String sql) throws Exception {
        try (Connection live = driver(routing);
                Connection kept = routing.connection();
                PreparedStatement ofDriver = live.prepareStatement(sql);
                RoutingHints.Scope hints = RoutingHints.cached().open();
                PreparedStatement ofCache = kept.prepareStatement(sql)) {
            ofDriver.setInt(1, 0);
            ofCache.setInt(1, 0);
            ofCache.executeQuery().close();
            try (ResultSet expected = ofDriver.executeQuery();
                    ResultSet actual = ofCache.executeQuery()) {
                assertThat(routing.last().node()).as(type).isEqualTo("cache");
                compareMetaData(type, expected.getMetaData(), actual.getMetaData());
                int row = 0;
                while (expected.next()) {
                    assertThat(actual.next()).isTrue();
                    compareRow(type + " row " + row, expected, actual);
                    row++;
                }
                assertThat(actual.next()).isFalse();
            }
        }
    }

    /** HikariCP gives up a connection when a getter is not supported. */
    private static Connection driver(PostgresRouting routing) throws SQLException {
        var pool = routing.readerPool();
        return DriverManager.getConnection(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
    }

    private void compareRow(String what, ResultSet expected, ResultSet actual) throws Exception {
        for (String getter : GETTERS) {
            Method method = ResultSet.class.getMethod(getter, int.class);
            compare(what + " " + getter, method, expected, actual, 1);
            compare(
                    what + " " + getter + " by label",
                    ResultSet.class.getMethod(getter, String.class),
                    expected,
                    actual,
                    "V");
        }
        Method typed = ResultSet.class.getMethod("getObject", int.class, Class.class);
        for (Class<?> type : CLASSES) {
            compare(what + " getObject " + type, typed, expected, actual, 1, type);
        }
        Calendar tokyo = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));
        for (String getter : List.of("getDate", "getTime", "getTimestamp")) {
            Method method = ResultSet.class.getMethod(getter, int.class, Calendar.class);
            compare(what + " " + getter + " in Tokyo", method, expected, actual, 1, tokyo);
        }
        Method scaled = ResultSet.class.getMethod("getBigDecimal", int.class, int.class);
        compare(what + " getBigDecimal scaled", scaled, expected, actual, 1, 1);
        compare(what + " no such column", ResultSet.class.getMethod("getInt", int.class), expected, actual, 2);
        compare(what + " no such label", ResultSet.class.getMethod("getInt", String.class), expected, actual, "w");
    }

    private void compare(String what, Method getter, ResultSet expected, ResultSet actual, Object... arguments)
            throws Exception {
        String right = outcome(getter, expected, arguments);
        String answered = outcome(getter, actual, arguments);
        assertThat(answered).as(what).isEqualTo(right);
        assertThat(actual.wasNull()).as(what + " was null").isEqualTo(expected.wasNull());
        comparisons++;
    }

    private static String outcome(Method getter, ResultSet results, Object... arguments) throws Exception {
        return anonymous(String.valueOf(answer(getter, results, arguments)));
    }

    private static Object answer(Method getter, ResultSet results, Object... arguments) throws Exception {
        try {
            return comparable(getter.invoke(results, arguments));
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            return cause instanceof SQLException sql
                    ? cause.getClass() + " " + sql.getSQLState() + " " + cause.getMessage()
                    : cause.getClass();
        }
    }

    /** Reads out what can be read once, and names the class, as numbers of two classes may be equal. */
    private static Object comparable(Object value) throws Exception {
        if (value == null) {
            return "null";
        }
        if (value instanceof InputStream stream) {
            return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
        if (value instanceof Reader reader) {
            StringBuilder text = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                text.append((char) c);
            }
            return text.toString();
        }
        if (value instanceof Array array) {
            return elements(array);
        }
        if (value instanceof SQLXML xml) {
            return xml.getString();
        }
        String text = value.getClass().isArray() ? deep(value) : String.valueOf(value.toString());
        return value.getClass() + " " + text;
    }

    /** Leaves out by which an array of bytes calls itself when the driver takes it for a text. */
    private static String anonymous(String text) {
        return text.replaceAll("\\[B@[0-9a-f]+", "[B");
    }

    private static String elements(Array array) {
        try {
            return array.getBaseTypeName() + array.getBaseType() + deep(array.getArray());
        } catch (SQLException e) {
            return e.getClass() + " " + e.getSQLState() + " " + array.getClass();
        }
    }

    private static String deep(Object array) {
        return Arrays.deepToString(new Object[] {array});
    }

    private static void compareMetaData(String what, ResultSetMetaData expected, ResultSetMetaData actual)
            throws Exception {
        List<String> compared = new ArrayList<>();
        for (Method method : ResultSetMetaData.class.getMethods()) {
            if (Arrays.equals(method.getParameterTypes(), new Class<?>[] {int.class})) {
                assertThat(method.invoke(actual, 1))
                        .as(what + " " + method.getName())
                        .isEqualTo(method.invoke(expected, 1));
                compared.add(method.getName());
            }
        }
        assertThat(compared).hasSizeGreaterThan(18);
        assertThat(actual.getColumnCount()).isEqualTo(expected.getColumnCount());
    }

    @Test
    void theCursorMovesAsTheDriversDoes() throws Exception {
        try (PostgresRouting routing = routing(Transfer.TEXT);
                Connection live = driver(routing);
                Connection kept = routing.connection();
                RoutingHints.Scope hints = RoutingHints.cached().open()) {
            routing.awaitFresh();
            for (int type : List.of(ResultSet.TYPE_FORWARD_ONLY, ResultSet.TYPE_SCROLL_INSENSITIVE)) {
                try (Statement ofDriver = live.createStatement(type, ResultSet.CONCUR_READ_ONLY);
                        Statement ofCache = kept.createStatement(type, ResultSet.CONCUR_READ_ONLY)) {
                    ofCache.executeQuery(PostgresRouting.READ).close();
                    ResultSet expected = ofDriver.executeQuery(PostgresRouting.READ);
                    ResultSet actual = ofCache.executeQuery(PostgresRouting.READ);
                    assertThat(routing.last().node()).isEqualTo("cache");
                    for (String move : List.of(
                            "getRow",
                            "isBeforeFirst",
                            "next",
                            "isFirst",
                            "getRow",
                            "last",
                            "isLast",
                            "getRow",
                            "next",
                            "isAfterLast",
                            "getRow",
                            "previous",
                            "first",
                            "beforeFirst",
                            "next",
                            "afterLast",
                            "getType",
                            "getConcurrency",
                            "getFetchDirection",
                            "getFetchSize",
                            "getHoldability",
                            "getWarnings",
                            "getCursorName",
                            "rowUpdated",
                            "updateRow",
                            "insertRow",
                            "deleteRow",
                            "refreshRow",
                            "moveToInsertRow",
                            "isClosed")) {
                        Method method = ResultSet.class.getMethod(move);
                        assertThat(outcome(method, actual)).as(move).isEqualTo(outcome(method, expected));
                    }
                    Method absolute = ResultSet.class.getMethod("absolute", int.class);
                    Method getInt = ResultSet.class.getMethod("getInt", int.class);
                    for (int row : List.of(2, -1, 0, 99, 1)) {
                        assertThat(outcome(absolute, actual, row)).isEqualTo(outcome(absolute, expected, row));
                        assertThat(outcome(getInt, actual, 1)).isEqualTo(outcome(getInt, expected, 1));
                    }
                    expected.close();
                    actual.close();
                    assertThat(outcome(getInt, actual, 1)).as("closed").isEqualTo(outcome(getInt, expected, 1));
                    assertThat(actual.isClosed()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {ResultSet.TYPE_FORWARD_ONLY, ResultSet.TYPE_SCROLL_INSENSITIVE})
    void aTextIsThatOfTheRowWhereverTheCursorIs(int type) throws Exception {
        try (PostgresRouting routing = routing(Transfer.TEXT);
                Connection live = driver(routing);
                Connection kept = routing.connection();
                RoutingHints.Scope hints = RoutingHints.cached().open()) {
            String sql = makeTable(routing, "text", 901)
                    .replace("select v", "select v, v || v as w, id")
                    .replace("?", "0");
            routing.awaitReason(sql, io.lagwise.RouteReason.READER_FRESH);
            Random random = new Random(1);
            List<String> moves = type == ResultSet.TYPE_FORWARD_ONLY
                    ? List.of("next")
                    : List.of("next", "next", "next", "previous", "first", "last", "beforeFirst", "afterLast");
            try (Statement ofDriver = live.createStatement(type, ResultSet.CONCUR_READ_ONLY);
                    Statement ofCache = kept.createStatement(type, ResultSet.CONCUR_READ_ONLY)) {
                ofCache.executeQuery(sql).close();
                for (int i = 0; i < 100; i++) {
                    ResultSet expected = ofDriver.executeQuery(sql);
                    ResultSet actual = ofCache.executeQuery(sql);
                    assertThat(routing.last().node()).isEqualTo("cache");
                    for (int k = random.nextInt(1, 8); k > 0; k--) {
                        Method move = ResultSet.class.getMethod(moves.get(random.nextInt(moves.size())));
                        assertThat(outcome(move, actual)).isEqualTo(outcome(move, expected));
                        compareTexts(random, expected, actual);
                    }
                    actual.close();
                    expected.close();
                    compareTexts(random, expected, actual);
                }
            }
        }
    }

    private void compareTexts(Random random, ResultSet expected, ResultSet actual) throws Exception {
        Method wasNull = ResultSet.class.getMethod("wasNull");
        for (int i = 0; i < 4; i++) {
            String getter =
                    List.of("getString", "getLong", "getObject", "getInt").get(random.nextInt(4));
            Method method = ResultSet.class.getMethod(getter, int.class);
            int column = random.nextInt(5);
            assertThat(outcome(method, actual, column)).isEqualTo(outcome(method, expected, column));
            assertThat(outcome(wasNull, actual)).isEqualTo(outcome(wasNull, expected));
        }
        Method byLabel = ResultSet.class.getMethod("getString", String.class);
        assertThat(outcome(byLabel, actual, "w")).isEqualTo(outcome(byLabel, expected, "w"));
    }

    @Test
    void whatAnApplicationDoesToItsBytesStaysItsOwn() throws Exception {
        try (PostgresRouting routing = routing(Transfer.BINARY);
                Connection connection = routing.connection()) {
            String sql = makeTable(routing, "bytea", 900);
            routing.awaitReason(sql, io.lagwise.RouteReason.READER_FRESH);
            try (RoutingHints.Scope hints = RoutingHints.cached().open();
                    PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < 3; i++) {
                    statement.setInt(1, 1);
                    ResultSet results = statement.executeQuery();
                    results.next();
                    for (byte[] bytes : List.of(
                            results.getBytes(1),
                            results.getBytes("v"),
                            (byte[]) results.getObject(1),
                            (byte[]) results.getObject("v"),
                            results.getObject(1, byte[].class),
                            results.getObject("v", byte[].class))) {
                        assertThat(bytes).containsExactly(0, 0xff, 0x10);
                        Arrays.fill(bytes, (byte) 7);
                    }
                }
                assertThat(routing.last().node()).isEqualTo("cache");
            }
        }
    }

    @Test
    void statementAndResultCloseEachOther() throws Exception {
        try (PostgresRouting routing = routing(Transfer.TEXT);
                Connection connection = routing.connection();
                RoutingHints.Scope hints = RoutingHints.cached().open()) {
            routing.awaitFresh();
            Statement statement = connection.createStatement();
            statement.executeQuery(PostgresRouting.READ).close();
            ResultSet first = statement.executeQuery(PostgresRouting.READ);
            assertThat(first.getStatement()).isSameAs(statement);
            ResultSet second = statement.executeQuery(PostgresRouting.READ);
            assertThat(first.isClosed()).as("executed anew").isTrue();
            statement.closeOnCompletion();
            second.close();
            assertThat(statement.isClosed()).isTrue();
            Statement other = connection.createStatement();
            ResultSet third = other.executeQuery(PostgresRouting.READ);
            connection.close();
            assertThat(third.isClosed()).as("connection closed").isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void statementThatClosesOnCompletionLivesAsLongAsItsFirstResult(boolean autoCommit) throws Exception {
        try (PostgresRouting routing = routing(Transfer.TEXT);
                Connection connection = routing.connection();
                RoutingHints.Scope hints = RoutingHints.cached().open()) {
            routing.awaitFresh();
            connection.setAutoCommit(autoCommit);
            Statement statement = connection.createStatement();
            statement.closeOnCompletion();
            ResultSet kept = statement.executeQuery(PostgresRouting.READ);
            assertThat(kept.next()).isTrue();
            kept.close();
            assertThat(statement.isClosed()).isTrue();
        }
    }
}

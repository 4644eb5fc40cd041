package io.lagwise.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.spi.ResultKey;
import io.lagwise.spi.ResultStore;
import io.lagwise.spi.StoredResult;
import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresReplication;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** That no two questions share a kept result unless the database would answer both alike. */
@PostgresReplication(readers = 1)
class ResultKeysIT {
    private final PostgresCluster cluster;

    ResultKeysIT(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    /** A way to ask. */
    private interface Setting {
        void on(PreparedStatement statement) throws SQLException;
    }

    /** Values that look alike, by every setter. */
    private static List<Setting> settings() {
        List<Setting> settings = new ArrayList<>(List.of(
                s -> s.setBoolean(1, true),
                s -> s.setByte(1, (byte) 1),
                s -> s.setString(1, "true"),
                s -> s.setString(1, ""),
                s -> s.setNString(1, "1"),
                s -> s.setBytes(1, new byte[] {1, 2}),
                s -> s.setBytes(1, new byte[] {1, 3}),
                s -> s.setBytes(1, new byte[0]),
                s -> s.setObject(1, UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
                s -> s.setString(1, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
                s -> s.setObject(1, LocalDate.of(2020, 2, 29)),
                s -> s.setObject(1, LocalDateTime.of(2020, 2, 29, 0, 0)),
                s -> s.setObject(1, OffsetDateTime.of(2020, 2, 29, 0, 0, 0, 0, ZoneOffset.UTC)),
                s -> s.setObject(1, OffsetDateTime.of(2020, 2, 29, 1, 0, 0, 0, ZoneOffset.ofHours(1))),
                s -> s.setObject(1, 'c'),
                s -> s.setNull(1, Types.VARCHAR),
                s -> s.setNull(1, Types.INTEGER),
                s -> s.setNull(1, Types.TIMESTAMP, "timestamp"),
                s -> s.setObject(1, null)));
        for (int number : new int[] {0, 1, -1, 10}) {
            settings.add(s -> s.setInt(1, number));
            settings.add(s -> s.setLong(1, number));
            settings.add(s -> s.setShort(1, (short) number));
            settings.add(s -> s.setFloat(1, number));
            settings.add(s -> s.setDouble(1, number));
            settings.add(s -> s.setDouble(1, -0.0 * number));
            settings.add(s -> s.setBigDecimal(1, new BigDecimal(number)));
            settings.add(s -> s.setBigDecimal(1, new BigDecimal(number).setScale(2)));
            settings.add(s -> s.setString(1, String.valueOf(number)));
            settings.add(s -> s.setObject(1, number));
            settings.add(s -> s.setObject(1, (long) number));
            settings.add(s -> s.setObject(1, number, Types.VARCHAR));
            settings.add(s -> s.setObject(1, number, Types.NUMERIC));
            settings.add(s -> s.setObject(1, new BigDecimal(number), Types.NUMERIC, 3));
            settings.add(s -> s.setObject(1, new BigDecimal(number), Types.NUMERIC, 1));
            settings.add(s -> s.setObject(1, number, JDBCType.BIGINT));
            settings.add(s -> s.setObject(1, String.valueOf(number), JDBCType.VARCHAR));
        }
        for (long millis : new long[] {0, 86_400_000L}) {
            settings.add(s -> s.setDate(1, new Date(millis)));
            settings.add(s -> s.setTime(1, new Time(millis)));
            settings.add(s -> s.setTimestamp(1, new Timestamp(millis)));
            settings.add(s -> s.setObject(1, new Timestamp(millis)));
            settings.add(s -> s.setObject(1, new Date(millis)));
        }
        return settings;
    }

    private static String answer(Connection connection, String sql, Setting setting, int type, int maxRows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql, type, ResultSet.CONCUR_READ_ONLY)) {
            statement.setMaxRows(maxRows);
            setting.on(statement);
            StringBuilder answer = new StringBuilder();
            try (ResultSet rows = statement.executeQuery()) {
                answer.append(rows.getType());
                while (rows.next()) {
                    answer.append('|').append(rows.getString(1)).append(rows.getInt(2));
                }
            }
            return answer.toString();
        } catch (SQLException e) {
            return "refused: " + e.getSQLState();
        }
    }

    /** Knows keys by their spelling only, as another process does. */
    private static final class SpelledStore implements ResultStore {
        private final Map<String, StoredResult> results = new ConcurrentHashMap<>();

        private static String name(ResultKey key) {
            return Base64.getEncoder().encodeToString(key.spelling());
        }

        @Override
        public StoredResult get(ResultKey key) {
            return results.get(name(key));
        }

        @Override
        public void put(ResultKey key, StoredResult result) {
            results.put(name(key), result);
        }

        @Override
        public void clear() {
            results.clear();
        }

        @Override
        public long entries() {
            return results.size();
        }

        @Override
        public long weight() {
            return 0;
        }
    }

    @Test
    void whateverIsAskedTheCacheAnswersAsTheDriver() throws SQLException {
        compare(builder -> {});
    }

    @Test
    void whateverIsAskedSpelledKeysTellItApart() throws SQLException {
        compare(builder -> builder.resultStore(new SpelledStore()));
    }

    private void compare(Consumer<RoutingDataSourceBuilder> options) throws SQLException {
        String sql = "select coalesce(?::text, 'null'), n from item order by id";
        TimeZone zone = TimeZone.getDefault();
        int compared = 0;
        try (PostgresRouting routing = new PostgresRouting(cluster, pool -> {}, options).prepare();
                Connection live = routing.plain();
                Connection kept = routing.connection()) {
            routing.awaitReason(sql, RouteReason.READER_FRESH);
            for (int round = 0; round < 3; round++) {
                for (String id : List.of("UTC", "Asia/Tokyo")) {
                    TimeZone.setDefault(TimeZone.getTimeZone(id));
                    for (Setting setting : settings()) {
                        for (int type : List.of(ResultSet.TYPE_FORWARD_ONLY, ResultSet.TYPE_SCROLL_INSENSITIVE)) {
                            for (int maxRows : List.of(0, 2)) {
                                String expected = answer(live, sql, setting, type, maxRows);
                                try (RoutingHints.Scope hints =
                                        RoutingHints.cached().open()) {
                                    assertThat(answer(kept, sql, setting, type, maxRows))
                                            .as("setting %d in round %d", compared, round)
                                            .isEqualTo(expected);
                                }
                                compared++;
                            }
                        }
                    }
                }
            }
            long hits = routing.dataSource().status().cache().hits();
            System.out.println("questions: " + compared + ", answered from the cache: " + hits);
            assertThat(hits).isGreaterThan(compared / 3);
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    /** Hands out connections that somebody below has prepared for the tenant. */
    private static final class TenantDataSource extends DelegatingDataSource {
        private final ThreadLocal<String> tenant;

        TenantDataSource(DataSource target, ThreadLocal<String> tenant) {
            super(target);
            this.tenant = tenant;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.execute("set search_path to " + tenant.get());
            }
            return connection;
        }
    }

    private static void makeTenants(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String tenant : List.of("acme", "umbrella")) {
                statement.execute("create schema if not exists " + tenant);
                statement.execute("drop table if exists " + tenant + ".secret");
                statement.execute("create table " + tenant + ".secret (id int, n int)");
                statement.execute("insert into " + tenant + ".secret values (1, " + tenant.length() + ")");
            }
        }
    }

    @Test
    void overADataSourceThatKnowsTenantsNothingIsKeptUnlessItIsToldWhoAsks() throws SQLException {
        ThreadLocal<String> tenant = ThreadLocal.withInitial(() -> "public");
        String sql = "select n from secret";
        try (PostgresRouting pools = new PostgresRouting(cluster).prepare()) {
            makeTenants(pools.plain());
            cluster.awaitReaders();
            DataSource writer = new TenantDataSource(pools.writerPool(), tenant);
            DataSource reader = new TenantDataSource(pools.readerPool(), tenant);
            try (RoutingDataSource untold = RoutingDataSource.builder()
                    .coordination(Coordination.SINGLE)
                    .writer(writer)
                    .reader("reader", reader)
                    .build()) {
                assertThat(untold.status().cache()).isNull();
                assertThat(untold.explain(sql).cacheable()).isEqualTo(CacheReason.OFF);
            }
            try (RoutingDataSource told = RoutingDataSource.builder()
                    .coordination(Coordination.SINGLE)
                    .writer(writer)
                    .reader("reader", reader)
                    .sessionKey(tenant::get)
                    .build()) {
                org.awaitility.Awaitility.await()
                        .until(() -> told.explain(sql).decision().reason() == RouteReason.READER_FRESH);
                for (int round = 0; round < 3; round++) {
                    for (String name : List.of("acme", "umbrella")) {
                        tenant.set(name);
                        try (RoutingHints.Scope hints = RoutingHints.cached().open();
                                Connection connection = told.getConnection();
                                Statement statement = connection.createStatement();
                                ResultSet rows = statement.executeQuery(sql)) {
                            assertThat(rows.next()).isTrue();
                            assertThat(rows.getInt(1)).isEqualTo(name.length());
                        }
                    }
                }
                assertThat(told.status().cache().hits()).isEqualTo(4);
            }
        }
    }
}

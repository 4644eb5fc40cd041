package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.ds.PGSimpleDataSource;

/** What a cluster does, wherever its servers live; tests that change roles start their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PostgresClusterContract {
    private static final String COUNT = "SELECT count(*) FROM t";
    private static final String OWN_ADDRESS = "SELECT inet_server_addr() || ':' || inet_server_port()";
    private static final Duration LONG_ENOUGH_TO_REPLICATE = Duration.ofMillis(300);

    private PostgresCluster cluster;
    private PostgresNode writer;
    private PostgresNode reader;

    abstract PostgresCluster.Builder builder();

    @BeforeAll
    void startCluster() {
        cluster = builder().readers(2).start();
        writer = cluster.writer();
        reader = cluster.reader(0);
        Jdbc.on(writer).execute("CREATE TABLE t (id serial PRIMARY KEY)");
    }

    @AfterAll
    void closeCluster() {
        cluster.close();
    }

    /** A test that fails must not take the others with it. */
    @BeforeEach
    void repair() {
        for (PostgresNode node : cluster.readers()) {
            node.thaw();
            node.start();
            node.resumeReplay();
            node.applyDelay(Duration.ZERO);
            node.restoreReplication();
        }
        Jdbc.on(writer).execute("TRUNCATE t");
        cluster.awaitReaders();
    }

    @Test
    void everyReaderHasWhatTheWriterWrote() {
        insert(cluster);
        cluster.awaitReaders();

        assertThat(cluster.readers()).hasSize(2).allSatisfy(node -> assertThat(rows(node))
                .isEqualTo(1));
        assertThat(writer.inRecovery()).isFalse();
        assertThat(reader.inRecovery()).isTrue();
    }

    @Test
    void readersRefuseWrites() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Jdbc.on(reader).execute("INSERT INTO t DEFAULT VALUES"))
                .havingCause()
                .satisfies(failure ->
                        assertThat(((SQLException) failure).getSQLState()).isEqualTo("25006"));
    }

    @Test
    void applicationRoleIsAnOrdinaryOne() {
        String role = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
                + " OR pg_has_role(rolname, 'pg_monitor', 'USAGE') FROM pg_roles WHERE rolname = current_user";

        assertThat(Jdbc.on(writer).text("SELECT current_user")).isEqualTo(writer.username());
        assertThat(Jdbc.on(writer).text(role)).isEqualTo("f");
        assertThat(Jdbc.asAdminOn(writer).text("SELECT current_database() || current_user"))
                .isEqualTo("apppostgres");
    }

    @Test
    void pausedReaderReceivesButDoesNotShow() {
        reader.pauseReplay();
        insert(cluster);
        long written = writer.position();

        await().until(() -> received(reader) >= written);
        assertThat(rows(reader)).isZero();
        assertThat(reader.position()).isLessThan(written);

        reader.resumeReplay();
        cluster.awaitReaders();
        assertThat(rows(reader)).isEqualTo(1);
    }

    @Test
    void applyDelayHoldsEachCommitBackUntilItIsSetToZero() {
        Duration delay = Duration.ofMillis(1500);
        reader.applyDelay(delay);
        long begun = System.nanoTime();
        insert(cluster);
        cluster.awaitReaders();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(delay.minusMillis(50));
        assertThat(rows(reader)).isEqualTo(1);

        reader.applyDelay(Duration.ZERO);
        begun = System.nanoTime();
        insert(cluster);
        cluster.awaitReaders();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(delay);
    }

    @Test
    void stoppedServerStartsAgainWhereItWas() throws SQLException {
        insert(cluster);
        int port = reader.port();
        try (Connection open = reader.dataSource().getConnection()) {
            reader.stop();
            assertThat(reader.running()).isFalse();
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> Jdbc.text(open, COUNT));
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> reader.dataSource().getConnection());
        }
        insert(cluster);
        reader.start();

        assertThat(reader.running()).isTrue();
        assertThat(reader.port()).isEqualTo(port);
        cluster.awaitReaders();
        assertThat(rows(reader)).isEqualTo(2);
    }

    @Test
    void killedServersRecoverWhatWasCommitted() throws SQLException {
        insert(cluster);
        String started = Jdbc.on(writer).text("SELECT pg_postmaster_start_time()");
        try (Connection open = writer.dataSource().getConnection()) {
            writer.kill();
            reader.kill();
            assertThat(writer.running()).isFalse();
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> Jdbc.text(open, COUNT));
        }
        reader.start();
        writer.start();

        assertThat(Jdbc.on(writer).text("SELECT pg_postmaster_start_time()")).isNotEqualTo(started);
        assertThat(rows(writer)).isEqualTo(1);
        insert(cluster);
        cluster.awaitReaders();
        assertThat(rows(reader)).isEqualTo(2);
    }

    @Test
    void killedBackendTakesAllConnectionsWithItButNotThePostmaster() throws SQLException {
        for (PostgresNode node : cluster.nodes()) {
            String started = Jdbc.on(node).text("SELECT pg_postmaster_start_time()");
            try (Connection victim = node.dataSource().getConnection();
                    Connection bystander = node.dataSource().getConnection()) {
                node.killBackend(Integer.parseInt(Jdbc.text(victim, "SELECT pg_backend_pid()")));
                assertThatExceptionOfType(SQLException.class).isThrownBy(() -> Jdbc.text(victim, COUNT));
                assertThatExceptionOfType(SQLException.class).isThrownBy(() -> Jdbc.text(bystander, COUNT));
            }
            assertThat(Jdbc.on(node).text("SELECT pg_postmaster_start_time()")).isEqualTo(started);
        }
        insert(cluster);
        cluster.awaitReaders();
    }

    @Test
    void databaseIsThereAsSoonAsACrashedServerAnswers() {
        try (PostgresCluster own = builder().readers(1).start()) {
            for (PostgresNode node : own.nodes()) {
                node.kill();
                node.start();
                assertThat(Jdbc.on(node).text("SELECT current_database()")).isEqualTo("app");
            }
        }
    }

    @Test
    void onlyBackendsOfThatServerAreKilled() {
        int own = (int) ProcessHandle.current().pid();

        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> reader.killBackend(own));
    }

    @Test
    void frozenServerAnswersOnlyWhenThawed() throws Exception {
        insert(cluster);
        cluster.awaitReaders();
        try (Connection open = reader.dataSource().getConnection()) {
            reader.freeze();
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> ask(open));
            await().during(LONG_ENOUGH_TO_REPLICATE).until(() -> !answer.isDone());
            assertThat(reader.running()).isTrue();
            assertThat(open.isClosed()).isFalse();

            reader.thaw();
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("1");
        }
    }

    @Test
    void frozenServerCanBeKilledAndStopped() {
        reader.freeze();
        reader.kill();
        assertThat(reader.running()).isFalse();
        reader.start();
        reader.freeze();
        reader.stop();
        assertThat(reader.running()).isFalse();
        reader.start();
        cluster.awaitReaders();
    }

    @Test
    void cutReaderReceivesNothingUntilRestored() {
        reader.cutReplication();
        long before = received(reader);
        insert(cluster);
        cluster.reader(1).awaitPosition(writer.position());

        assertThat(received(reader)).isEqualTo(before);
        assertThat(rows(reader)).isZero();
        assertThat(receivers(reader)).isZero();

        reader.restoreReplication();
        cluster.awaitReaders();
        assertThat(rows(reader)).isEqualTo(1);
    }

    @Test
    void pausedReaderCanBeCutToo() {
        reader.pauseReplay();
        reader.cutReplication();
        long before = received(reader);
        insert(cluster);
        cluster.reader(1).awaitPosition(writer.position());
        assertThat(received(reader)).isEqualTo(before);
        assertThat(receivers(reader)).isZero();

        reader.resumeReplay();
        await().during(LONG_ENOUGH_TO_REPLICATE).until(() -> receivers(reader) == 0);
        assertThat(rows(reader)).isZero();

        reader.restoreReplication();
        cluster.awaitReaders();
        assertThat(rows(reader)).isEqualTo(1);
    }

    @Test
    void stoppedReaderCanBeCutAndRestored() {
        reader.stop();
        reader.cutReplication();
        reader.start();
        insert(cluster);
        cluster.reader(1).awaitPosition(writer.position());
        assertThat(rows(reader)).isZero();

        reader.restoreReplication();
        cluster.awaitReaders();
        assertThat(rows(reader)).isEqualTo(1);
    }

    @Test
    void caughtUpReadersReportTheWritersPosition() {
        insert(cluster);
        cluster.awaitReaders();
        await().untilAsserted(() -> assertThat(reader.position()).isEqualTo(writer.position()));

        // The insert position of an idle writer now points behind the header of a page that has no record yet.
        Jdbc.asAdminOn(writer).text("SELECT pg_switch_wal()");
        await().untilAsserted(() -> assertThat(reader.position()).isEqualTo(writer.position()));
    }

    @Test
    void positionIsTheServersOwn() {
        insert(cluster);

        long before = lsn(writer, "pg_current_wal_insert_lsn()");
        long position = writer.position();
        long after = lsn(writer, "pg_current_wal_insert_lsn()");
        assertThat(position).isBetween(before, after);
    }

    @Test
    void operationsOfReadersAreRefusedOnAWriter() {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(writer::pauseReplay);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> writer.applyDelay(Duration.ofSeconds(1)));
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(writer::cutReplication);
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> cluster.promote(writer));
    }

    @Test
    void addedReaderHasOldAndNewRows() {
        try (PostgresCluster own = clusterWithTable(0)) {
            insert(own);
            PostgresNode added = own.addReader();
            insert(own);
            own.awaitReaders();

            assertThat(own.readers()).containsExactly(added);
            assertThat(added.name()).isEqualTo("reader-1");
            assertThat(rows(added)).isEqualTo(2);
            assertThat(added.inRecovery()).isTrue();
        }
    }

    @Test
    void promotedReaderIsTheWriterThatTheOthersFollow() {
        try (PostgresCluster own = clusterWithTable(2)) {
            PostgresNode old = own.writer();
            PostgresNode promoted = own.reader(0);
            PostgresNode other = own.reader(1);
            insert(own);
            own.promote(promoted);

            assertThat(own.writer()).isSameAs(promoted);
            assertThat(own.readers()).containsExactly(other);
            assertThat(own.nodes()).containsExactly(old, promoted, other);
            assertThat(promoted.inRecovery()).isFalse();
            assertThat(old.running()).isTrue();
            insert(own);
            own.awaitReaders();
            assertThat(rows(other)).isEqualTo(2);
            assertThat(rows(old)).isEqualTo(1);
        }
    }

    @Test
    void writerUrlPassesADemotedWriterBy() {
        try (PostgresCluster own = clusterWithTable(1)) {
            String url = own.writerUrl();
            PostgresNode old = own.writer();
            PostgresNode promoted = own.reader(0);
            assertThat(addressBehind(url)).isEqualTo(addressOf(old));

            own.promote(promoted);
            old.demote();

            assertThat(addressBehind(url)).isEqualTo(addressOf(promoted));
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> Jdbc.on(old).execute("INSERT INTO t DEFAULT VALUES"));
        }
    }

    @Test
    void deadWriterIsReplacedAndRebuilt() {
        try (PostgresCluster own = clusterWithTable(1)) {
            String url = own.writerUrl();
            PostgresNode old = own.writer();
            PostgresNode promoted = own.reader(0);
            old.kill();
            own.promote(promoted);
            assertThat(addressBehind(url)).isEqualTo(addressOf(promoted));

            insert(own);
            own.rebuild(old);
            own.awaitReaders();
            assertThat(own.readers()).containsExactly(old);
            assertThat(rows(old)).isEqualTo(1);
            assertThat(old.inRecovery()).isTrue();
        }
    }

    @Test
    void readerAheadOfThePromotedOneIsRebuilt() {
        try (PostgresCluster own = clusterWithTable(2)) {
            PostgresNode behind = own.reader(0);
            PostgresNode ahead = own.reader(1);
            behind.cutReplication();
            insert(own);
            ahead.awaitPosition(own.writer().position());
            assertThat(rows(ahead)).isEqualTo(1);

            own.promote(behind);
            own.awaitReaders();
            assertThat(rows(behind)).isZero();
            assertThat(rows(ahead)).isZero();
            insert(own);
            own.awaitReaders();
            assertThat(rows(ahead)).isEqualTo(1);
        }
    }

    @Test
    void readersThatCouldNotHearOfThePromotionFollowWhenTheyAreBack() {
        try (PostgresCluster own = clusterWithTable(3)) {
            PostgresNode stopped = own.reader(1);
            PostgresNode frozen = own.reader(2);
            stopped.stop();
            frozen.freeze();
            own.promote(own.reader(0));
            insert(own);
            stopped.start();
            frozen.thaw();
            own.awaitReaders();

            assertThat(rows(stopped)).isEqualTo(1);
            assertThat(rows(frozen)).isEqualTo(1);
        }
    }

    @Test
    void settingsAndNamesAreTheChosenOnes() {
        try (PostgresCluster own = builder()
                .readers(1)
                .database("shop")
                .user("clerk")
                .setting("synchronous_commit", "off")
                .start()) {
            assertThat(own.nodes()).allSatisfy(node -> {
                assertThat(Jdbc.on(node).text("SHOW synchronous_commit")).isEqualTo("off");
                assertThat(Jdbc.on(node).text("SELECT current_database() || '/' || current_user"))
                        .isEqualTo("shop/clerk");
            });
            Jdbc.on(own.writer()).execute("CREATE TABLE t (id serial)");
            own.awaitReaders();
            assertThat(rows(own.reader(0))).isZero();
        }
    }

    private PostgresCluster clusterWithTable(int readers) {
        PostgresCluster own = builder().readers(readers).start();
        Jdbc.on(own.writer()).execute("CREATE TABLE t (id serial PRIMARY KEY)");
        own.awaitReaders();
        return own;
    }

    private static void insert(PostgresCluster into) {
        Jdbc.on(into.writer()).execute("INSERT INTO t DEFAULT VALUES");
    }

    private static long rows(PostgresNode node) {
        return Jdbc.on(node).number(COUNT);
    }

    private static String ask(Connection connection) {
        try {
            return Jdbc.text(connection, COUNT);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static long received(PostgresNode node) {
        return lsn(node, "pg_last_wal_receive_lsn()");
    }

    private static long lsn(PostgresNode node, String function) {
        return Jdbc.asAdminOn(node).number("SELECT " + function + " - '0/0'");
    }

    private static long receivers(PostgresNode node) {
        return Jdbc.asAdminOn(node).number("SELECT count(*) FROM pg_stat_wal_receiver");
    }

    private static String addressOf(PostgresNode node) {
        return Jdbc.on(node).text(OWN_ADDRESS);
    }

    private static String addressBehind(String url) {
        return new Jdbc(source(url)).text(OWN_ADDRESS);
    }

    private static DataSource source(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser("app");
        source.setPassword("app");
        return source;
    }
}

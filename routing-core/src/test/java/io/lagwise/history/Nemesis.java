package io.lagwise.history;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does to the servers what operators, networks and power supplies do, one thing after the other.
 *
 * <p>Every fault is repaired before the next. All of them come in an order drawn from the seed, then again in another.
 */
final class Nemesis {
    private static final Logger log = LoggerFactory.getLogger(Nemesis.class);

    private static final String WRITERS_AT_WORK =
            "select count(*) from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()";
    private static final String BACKEND =
            "select coalesce(min(pid), 0) from pg_stat_activity where usename = 'app' and backend_type = 'client backend'";
    /** More than a page header, which the insert position may stand behind. */
    private static final String TO_FLUSH =
            "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), pg_current_wal_flush_lsn())::bigint / 41";

    private static final String REPLAYED = "select pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint";

    /** Something that befalls the servers. */
    interface Fault {
        void strike() throws SQLException;
    }

    private final RoutedCluster routed;
    private final PostgresCluster cluster;
    private final History history;
    private final Traffic traffic;
    private final Random random;
    private final Map<String, Fault> faults = new TreeMap<>();
    private final Map<String, Integer> struck = new TreeMap<>();

    Nemesis(RoutedCluster routed, History history, Traffic traffic, Random random, Map<String, Fault> more) {
        this.routed = routed;
        this.history = history;
        this.cluster = routed.cluster();
        this.traffic = traffic;
        this.random = random;
        faults.putAll(more);
        faults.put("apply delay 20 ms", () -> delay(Duration.ofMillis(20), cluster.readers()));
        faults.put("apply delay 200 ms", () -> delay(Duration.ofMillis(200), some()));
        faults.put("apply delay 1 s", () -> delay(Duration.ofSeconds(1), some()));
        faults.put("replay pause of one", () -> pauseReplay(List.of(one())));
        faults.put("replay pause of all", () -> pauseReplay(cluster.readers()));
        faults.put("replication cut of one", () -> cut(List.of(one())));
        faults.put("replication cut of all", () -> cut(cluster.readers()));
        faults.put("reader killed", () -> killed(one()));
        faults.put("reader restarted", () -> restarted(one()));
        faults.put("reader's backend killed", this::readersBackendKilled);
        faults.put("reader frozen", this::frozen);
        faults.put("idle writer after a WAL switch", this::idle);
        faults.put("writer restarted", () -> restarted(cluster.writer()));
        faults.put("writer's backend killed", this::writersBackendKilled);
        faults.put("commits wait for a reader in vain", this::commitsWait);
        faults.put("schema changes", this::schemaChanges);
        faults.put("promotion", this::promotion);
        faults.put("promotion that loses commits", this::losingPromotion);
    }

    /** Strikes until the time has passed and enough is done, at least once each. */
    void rage(Duration time, BooleanSupplier enough) throws SQLException {
        long end = System.nanoTime() + time.toNanos();
        boolean all = false;
        while (!all || System.nanoTime() - end < 0 || !enough.getAsBoolean()) {
            List<String> order = new ArrayList<>(faults.keySet());
            Collections.shuffle(order, random);
            for (String fault : order) {
                if (!all || System.nanoTime() - end < 0 || !enough.getAsBoolean()) {
                    strike(fault);
                }
            }
            all = true;
        }
    }

    private void strike(String fault) throws SQLException {
        log.info("{}", fault);
        traffic.moveOn(random);
        faults.get(fault).strike();
        struck.merge(fault, 1, Integer::sum);
        pause(100, 300);
    }

    Map<String, Integer> struck() {
        return struck;
    }

    private PostgresNode one() {
        List<PostgresNode> readers = cluster.readers();
        return readers.get(random.nextInt(readers.size()));
    }

    private List<PostgresNode> some() {
        return random.nextBoolean() ? cluster.readers() : List.of(one());
    }

    private void pause(int leastMillis, int mostMillis) {
        long end = System.nanoTime()
                + Duration.ofMillis(random.nextInt(leastMillis, mostMillis)).toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Through the library; whatever is kept or planned is by another catalog each time. */
    private void schemaChanges() throws SQLException {
        for (int i = 0; i < 3; i++) {
            String table = History.tableOf(random.nextInt(History.COUNTERS));
            RoutedCluster.execute(routed.routing(), "alter table " + table + " add column if not exists extra int");
            pause(50, 150);
            RoutedCluster.execute(routed.routing(), "alter table " + table + " drop column if exists extra");
            pause(50, 150);
        }
    }

    // ---- lag

    private void delay(Duration delay, List<PostgresNode> readers) {
        readers.forEach(reader -> reader.applyDelay(delay));
        pause(1000, 1600);
        readers.forEach(reader -> reader.applyDelay(Duration.ZERO));
    }

    private void pauseReplay(List<PostgresNode> readers) {
        readers.forEach(PostgresNode::pauseReplay);
        pause(500, 1500);
        readers.forEach(PostgresNode::resumeReplay);
    }

    private void cut(List<PostgresNode> readers) {
        readers.forEach(PostgresNode::cutReplication);
        pause(500, 1500);
        readers.forEach(PostgresNode::restoreReplication);
    }

    /** A writer that does nothing stands just behind a page header, where no reader ever arrives. */
    private void idle() throws SQLException {
        traffic.stopWrites();
        RoutedCluster.ask(cluster.writer(), "select count(pg_switch_wal())");
        pause(300, 800);
        Recovery.await(routed, "of an idle writer");
        traffic.resumeWrites();
    }

    // ---- crashes

    private void killed(PostgresNode reader) {
        if (random.nextBoolean()) {
            holdBack(reader);
        }
        routed.crash();
        reader.kill();
        pause(100, 800);
        reader.start();
        letGo(reader);
    }

    private void restarted(PostgresNode node) {
        routed.crash();
        node.stop();
        pause(50, 500);
        node.start();
        pause(300, 1000);
    }

    private void readersBackendKilled() throws SQLException {
        PostgresNode reader = one();
        holdBack(reader);
        killBackendOf(reader);
        letGo(reader);
    }

    /** A delay holds the window open in which a reader that has crashed shows far less than before. */
    private void holdBack(PostgresNode reader) {
        reader.applyDelay(Duration.ofSeconds(30));
    }

    private void letGo(PostgresNode reader) {
        pause(500, 1500);
        reader.applyDelay(Duration.ZERO);
    }

    private void killBackendOf(PostgresNode node) throws SQLException {
        int pid = (int) RoutedCluster.ask(node, BACKEND);
        if (pid != 0) {
            routed.crash();
            node.killBackend(pid);
        }
    }

    private void frozen() {
        PostgresNode reader = one();
        reader.freeze();
        pause(200, 1500);
        reader.thaw();
    }

    /** Commits are first made durable, because those of a crashed writer that were not are rightly lost. */
    private void writersBackendKilled() throws SQLException {
        PostgresNode writer = cluster.writer();
        set(writer, "synchronous_commit = on");
        traffic.stopWrites();
        awaitZero(writer, WRITERS_AT_WORK);
        awaitZero(writer, TO_FLUSH);
        traffic.resumeWrites();
        killBackendOf(writer);
        pause(300, 1000);
        reset(writer, "synchronous_commit");
    }

    // ---- commits of unknown outcome

    /** Commits wait for a reader until their clients give up, and happen when the reader is back. */
    private void commitsWait() throws SQLException {
        PostgresNode writer = cluster.writer();
        cluster.readers().forEach(PostgresNode::cutReplication);
        set(writer, "synchronous_standby_names = '*'");
        set(writer, "synchronous_commit = remote_apply");
        pause(2300, 2800);
        cluster.readers().forEach(PostgresNode::restoreReplication);
        pause(200, 500);
        reset(writer, "synchronous_standby_names");
        reset(writer, "synchronous_commit");
    }

    private void set(PostgresNode node, String setting) throws SQLException {
        RoutedCluster.execute(node.adminDataSource(), "alter system set " + setting);
        reload(node);
    }

    private void reset(PostgresNode node, String setting) throws SQLException {
        RoutedCluster.execute(node.adminDataSource(), "alter system reset " + setting);
        reload(node);
    }

    private void reload(PostgresNode node) throws SQLException {
        RoutedCluster.ask(node, "select count(pg_reload_conf())");
        pause(100, 200);
    }

    // ---- promotion

    /**
     * Promotes a reader when it has everything, while reads go on; the other follows late, the old writer lives on.
     *
     * <p>The old writer takes no new writes before (fencing, as protocol A6 asks for), so that no acknowledged commit is
     * lost. Its connections stay open and would answer from the past.
     */
    private void promotion() throws SQLException {
        PostgresNode former = cluster.writer();
        PostgresNode next = one();
        fence(former);
        cluster.awaitReaders();
        long[] last = RoutedCluster.counters(former);
        PostgresNode other = otherThan(next);
        other.pauseReplay();
        promote(next);
        other.resumeReplay();
        retire(former, last);
    }

    /** Promotes a reader that was cut off while commits went on: they are lost, though they were acknowledged. */
    private void losingPromotion() throws SQLException {
        PostgresNode former = cluster.writer();
        PostgresNode next = one();
        next.cutReplication();
        pause(100, 400);
        fence(former);
        long[] last = RoutedCluster.counters(former);
        awaitStandstill(next);
        traffic.nobodyWriting().lock();
        try {
            history.lose(RoutedCluster.counters(next));
        } finally {
            traffic.nobodyWriting().unlock();
        }
        promote(next);
        retire(former, last);
    }

    /** What arrived last may be half a record, so that only its own standing still tells that a reader is at the end. */
    private void awaitStandstill(PostgresNode reader) throws SQLException {
        long before;
        long now = RoutedCluster.ask(reader, REPLAYED);
        do {
            before = now;
            pause(200, 250);
            now = RoutedCluster.ask(reader, REPLAYED);
        } while (now != before);
    }

    private PostgresNode otherThan(PostgresNode next) {
        return cluster.readers().stream()
                .filter(reader -> reader != next)
                .findFirst()
                .orElseThrow();
    }

    private static void fence(PostgresNode writer) throws SQLException {
        writer.demote();
        awaitZero(writer, WRITERS_AT_WORK);
    }

    private void promote(PostgresNode next) {
        cluster.promote(next);
        pause(500, 1500);
    }

    private void retire(PostgresNode former, long[] last) throws SQLException {
        if (!Arrays.equals(last, RoutedCluster.counters(former))) {
            throw new AssertionError("The former writer was not fenced");
        }
        routed.crash();
        cluster.rebuild(former);
    }

    private static void awaitZero(PostgresNode node, String question) throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (RoutedCluster.ask(node, question) != 0) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("Not 0 within 30 s: " + question);
            }
        }
    }
}

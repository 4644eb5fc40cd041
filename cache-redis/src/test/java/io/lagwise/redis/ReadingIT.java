package io.lagwise.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.redis.Shelf.Question;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.TableLedger;
import io.lagwise.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Runs all that changes records, in any order, and compares what is told in part with what is told in whole. */
class ReadingIT {
    private static final int STEPS = 2_000;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final List<String> TABLES = List.of("a", "b", TableLedger.UNKNOWN, TableLedger.CATALOG);
    private static final RedisServer REDIS = RedisServer.builder().start();
    private static final RedissonClient CLIENT = client();

    private final Random random = new Random(7);
    private final List<Era> eras = List.of(era(1), era(1), era(2));
    private final List<String> tokens = new ArrayList<>(List.of("none"));
    private long position = 1_000;
    private int names;

    private static RedissonClient client() {
        Config config = new Config();
        config.useSingleServer().setAddress(REDIS.address());
        return Redisson.create(config);
    }

    @AfterAll
    static void stop() {
        CLIENT.shutdown();
        REDIS.close();
    }

    private static Era era(long timeline) {
        return Era.of(new Epoch(timeline, timeline, new ServerId("a")), Position.NONE);
    }

    /** A script that does not say what it has changed. (After what READY follows, nothing is known any more.) */
    enum Silent {
        BEGIN("push(3)"),
        COMPLETE("push(2)"),
        DROP("push(2)"),
        BEAT("push(2)"),
        ADOPT("push(2)"),
        CREATE("push(2)"),
        ADVANCE("push()"),
        SIGNOFF("push()");

        private final String saying;

        Silent(String saying) {
            this.saying = saying;
        }

        Scripts in(Scripts scripts) {
            return scripts.with(Script.valueOf(name()), text -> last(text, saying));
        }

        /** The one that stands last, as the common beginning has none. */
        private static String last(String text, String rule) {
            int at = text.lastIndexOf(rule);
            assertThat(at).isPositive();
            return text.substring(0, at) + text.substring(at + rule.length());
        }
    }

    @Test
    void whatIsToldInPartIsWhatIsToldInWhole() {
        AtomicInteger same = new AtomicInteger();
        steps(shelves(Scripts.load())).forEach(step -> {
            assertThat(step.inPart()).as(step.what()).isEqualTo(step.inWhole());
            assertThat(step.livesNoLonger()).as(step.what()).isTrue();
            same.addAndGet(step.unchanged() ? 1 : 0);
        });
        assertThat(same.get()).as("answers that need not be told again").isBetween(STEPS / 20, STEPS);
    }

    @ParameterizedTest
    @EnumSource
    void aScriptThatDoesNotSayWhatItHasChangedIsFound(Silent script) {
        Stream<Step> steps = steps(shelves(script.in(Scripts.load())));
        assertThat(steps.anyMatch(step -> !step.inPart().equals(step.inWhole())))
                .isTrue();
    }

    /** Until when all live is looked at first: it must not be later than the end of any. */
    @ParameterizedTest
    @EnumSource(names = {"READY", "ADOPT"})
    void anInstanceWhoseEndIsNotCountedIsFound(Script script) {
        UnaryOperator<String> change = script == Script.READY
                ? text -> text.replace("redis.call('HSET', SHELF, 'til', '0')", "")
                : text -> text.replace(
                        "local beats, earliest = startingWith('b', onShelf()), til", "local beats, earliest = {}, til");
        Stream<Step> steps = steps(shelves(Scripts.load().with(script, change)));
        assertThat(steps.allMatch(Step::livesNoLonger)).isFalse();
    }

    /** What one script did, and what was told then. */
    private record Step(String what, Object inPart, Object inWhole, boolean unchanged, boolean livesNoLonger) {}

    private List<Shelf> shelves(Scripts scripts) {
        REDIS.command("FLUSHALL");
        List<Shelf> shelves = Stream.of("one", "two", "three")
                .map(name -> new Shelf(CLIENT, name, scripts, new Mirror(Duration.ZERO, System::nanoTime)))
                .toList();
        shelves.forEach(shelf -> {
            shelf.name("lw:{7:0}:");
            shelf.moveTo(run(shelf, Script.HELLO, eras.get(0), List.of()));
        });
        return shelves;
    }

    private Stream<Step> steps(List<Shelf> shelves) {
        Reading[] known = new Reading[eras.size()];
        return IntStream.range(0, STEPS).mapToObj(i -> step(i, shelves, known));
    }

    /** Lets one instance do something, and another ask twice: knowing what was told before, and not. */
    private Step step(int number, List<Shelf> shelves, Reading[] known) {
        int at = random.nextInt(1 + number * eras.size() / STEPS);
        Era era = eras.get(at);
        String what = act(shelves.get(random.nextInt(shelves.size())), era);
        Shelf asking = shelves.get(0);
        Question inPart = asking.ask(era, TABLES, known[at]);
        Reply part = inPart.reply().toCompletableFuture().join();
        Reply whole =
                asking.ask(era, TABLES, null).reply().toCompletableFuture().join();
        Reading reading = part.tells() ? Reading.of(part, era, inPart.known()) : null;
        Reading all = whole.tells() ? Reading.of(whole, era, null) : null;
        if (reading != null && random.nextInt(4) > 0) {
            known[at] = reading;
        }
        return new Step(
                number + ": " + what,
                reading == null ? part.status() : reading,
                all == null ? whole.status() : all,
                part.status() == Reply.Status.SAME,
                livesNoLonger(asking));
    }

    private static boolean livesNoLonger(Shelf shelf) {
        List<?> fields = (List<?>) REDIS.command("HGETALL", shelf.name());
        long all = 0;
        long first = Long.MAX_VALUE;
        for (int i = 0; i < fields.size(); i += 2) {
            String field = fields.get(i).toString();
            if (field.equals("til")) {
                all = Long.parseLong(fields.get(i + 1).toString());
            } else if (field.startsWith("b:")) {
                first = Math.min(first, Long.parseLong(fields.get(i + 1).toString()));
            }
        }
        return all <= first;
    }

    private static Reply run(Shelf shelf, Script script, Era era, List<String> tables, String... words) {
        return shelf.run(script, era, tables, List.of(words))
                .toCompletableFuture()
                .join();
    }

    private String unique() {
        return "v" + ++names;
    }

    private String later() {
        position += random.nextInt(3);
        return "%020d".formatted(position);
    }

    private String token() {
        return tokens.get(random.nextInt(tokens.size()));
    }

    /** Some hours from now, so that nobody falls silent by itself; and sometimes at once. */
    private String end(Shelf shelf) {
        return random.nextInt(6) == 0
                ? "1"
                : String.valueOf(shelf.serverTime() + (1 + random.nextInt(9)) * HOUR_MILLIS);
    }

    private static String endOfThree(Shelf shelf) {
        return String.valueOf(REDIS.command("HGET", shelf.name(), "b:three"));
    }

    private List<String> some(List<String> tables) {
        return tables.subList(0, 1 + random.nextInt(tables.size()));
    }

    /** Does something, most often what leaves the records usable. */
    private String act(Shelf shelf, Era era) {
        List<String> tables = some(TABLES);
        Script script =
                switch (random.nextInt(24)) {
                    case 0, 1, 2 -> Script.BEGIN;
                    case 3, 4 -> Script.COMPLETE;
                    case 5 -> Script.DROP;
                    case 6, 7 -> Script.BEAT;
                    case 8, 9, 10 -> Script.ADOPT;
                    case 11, 12 -> Script.READY;
                    case 13 -> Script.ADVANCE;
                    case 14, 15 -> Script.SIGNOFF;
                    case 16, 17 -> Script.MARK;
                    case 18, 19 -> Script.CREATE;
                    case 20 -> Script.LEAVE;
                    default -> Script.HELLO;
                };
        if (script == Script.HELLO) {
            return lose(shelf);
        }
        Reply reply =
                switch (script) {
                    case BEGIN -> {
                        tokens.add(unique());
                        yield run(shelf, script, era, withCatalog(tables), tokens.get(tokens.size() - 1), "session");
                    }
                    case COMPLETE -> run(shelf, script, era, tables, token(), unique(), "lsn", later());
                    case DROP -> run(shelf, script, era, tables, token());
                    case BEAT -> run(shelf, script, era, tables, end(shelf), "1", token(), "session");
                    case ADOPT ->
                        run(
                                shelf,
                                script,
                                era,
                                tables,
                                end(shelf),
                                unique(),
                                "1",
                                "2",
                                "lsn",
                                later(),
                                "1",
                                token(),
                                "session");
                    case READY -> run(shelf, script, era, List.of(), unique(), "1", "three", "lsn", later());
                    case ADVANCE -> run(shelf, script, era, List.of(), unique(), "lost", "lsn", later());
                    case SIGNOFF ->
                        run(shelf, script, era, List.of(), "three", unique(), endOfThree(shelf), "lsn", later());
                    case MARK -> run(shelf, script, era, tables, "mark");
                    case CREATE -> {
                        List<String> words = new ArrayList<>(List.of(unique()));
                        tables.forEach(table -> words.add("mark"));
                        words.addAll(List.of("lsn", later()));
                        yield run(shelf, script, era, tables, words.toArray(String[]::new));
                    }
                    default -> run(shelf, script, era, List.of());
                };
        return script + " on " + tables + ": " + reply.status();
    }

    private static List<String> withCatalog(List<String> tables) {
        List<String> keys = new ArrayList<>(List.of(TableLedger.CATALOG));
        keys.addAll(tables);
        return keys;
    }

    /** Redis forgets a record or, seldom, everything. */
    private String lose(Shelf shelf) {
        int what = random.nextInt(60);
        if (what == 0) {
            REDIS.command("FLUSHALL");
            return "flushed";
        }
        String table = TABLES.get(random.nextInt(TABLES.size()));
        if (what < 6) {
            REDIS.command("DEL", shelf.nameOf(table));
            return "lost " + table;
        }
        return "nothing";
    }
}

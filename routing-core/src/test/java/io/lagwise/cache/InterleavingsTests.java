package io.lagwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.ledger.LocalLedger;
import io.lagwise.spi.Epoch;
import io.lagwise.spi.Position;
import io.lagwise.spi.ResultKey;
import io.lagwise.spi.ResultKey.Freshness;
import io.lagwise.spi.ServerId;
import io.lagwise.spi.TableLedger.CommitToken;
import io.lagwise.spi.TableLedger.EpochOverException;
import io.lagwise.spi.TableSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * All interleavings of two writers and two fillers, with a crash of one of them after each of its steps, on the real ledger
 * and interceptor: no hit lacks a commit that was acknowledged before.
 *
 * <p>Writers mark (W1), commit (W2) and cover (W3). Fillers look up and take versions (R1 to R3), read (R4) and keep (R5). A
 * filler reads on the most outdated reader that is still safe, else on the writer. After every step somebody looks whether
 * the cache would answer.
 */
class InterleavingsTests {
    private static final Epoch EPOCH = new Epoch(1, 1, new ServerId("writer"));
    private static final int ACTORS = 4;
    private static final int STEPS = 3;

    /** What is wrong in a mutant. */
    private enum Mutant {
        NONE,
        /** The filler reads before it takes the versions. */
        POSITION_BEFORE_VERSION,
        /** Nothing is marked before the commit. */
        NO_MARK
    }

    private record Rows(long value) implements CachedRows {
        @Override
        public long weight() {
            return 1;
        }

        @Override
        public ResultSet open(int type) {
            throw new UnsupportedOperationException("only looked at");
        }
    }

    /** One run: the database is a number of commits, and a position is as long as the log. */
    private static final class World {
        private final Mutant mutant;
        private final LocalLedger ledger = new LocalLedger();
        private final TableSet reads;
        private final TableSet writes;
        private final CacheInterceptor cache;
        private final ResultKey key = new ResultKey("select n from t", new Object[0], List.of(), Freshness.STRICT);
        private final int[] done = new int[ACTORS];
        private final @Nullable CommitToken[] tokens = new @Nullable CommitToken[ACTORS];
        private final long[] covering = new long[ACTORS];
        private final CacheInterceptor.@Nullable Fill[] fills = new CacheInterceptor.@Nullable Fill[ACTORS];
        private final long[] read = new long[ACTORS];
        private long committed;
        private @Nullable String violation;

        World(Mutant mutant) {
            this.mutant = mutant;
            this.reads = ledger.reads(Set.of("t"));
            this.writes = ledger.writes(Set.of("t"));
            ledger.advance(EPOCH, at(0));
            this.cache = new CacheInterceptor(
                    CacheSettings.DEFAULT,
                    new MapStore(),
                    null,
                    (live, size) -> RowCapture.Captured.refused(io.lagwise.CacheReason.TYPE_NOT_EXACT),
                    () -> EPOCH);
        }

        private static Position at(long length) {
            return Position.of("log", length);
        }

        void step(int actor) throws EpochOverException {
            int step = done[actor]++;
            if (actor < 2) {
                write(actor, step);
            } else {
                fill(actor, step);
            }
            CachedRows hit = cache.find(key, reads, 1);
            if (hit != null && ((Rows) hit).value() < committed) {
                violation = "a hit holds " + ((Rows) hit).value() + " of " + committed + " commits";
            }
        }

        private void write(int actor, int step) throws EpochOverException {
            switch (step) {
                case 0 -> tokens[actor] = mutant == Mutant.NO_MARK ? null : ledger.begin(List.of(writes), EPOCH, "1:1");
                case 1 -> {
                    committed++;
                    covering[actor] = committed;
                }
                default -> {
                    CommitToken token = tokens[actor];
                    ledger.complete(
                            token == null ? ledger.begin(List.of(writes), EPOCH, "1:1") : token, at(covering[actor]));
                }
            }
        }

        private void fill(int actor, int step) {
            boolean readsFirst = mutant == Mutant.POSITION_BEFORE_VERSION;
            switch (step) {
                case 0 -> {
                    if (readsFirst) {
                        read[actor] = source();
                    } else {
                        fills[actor] = cache.fill(key, reads, 1, null);
                    }
                }
                case 1 -> {
                    if (readsFirst) {
                        fills[actor] = cache.fill(key, reads, 1, null);
                    } else {
                        read[actor] = source();
                    }
                }
                default -> {
                    CacheInterceptor.Fill fill = fills[actor];
                    if (fill != null) {
                        fill.keep(new Rows(read[actor]));
                        fill.end();
                    }
                }
            }
        }

        /** The most outdated safe reader shows just what is required; while nothing is, the writer is asked. */
        private long source() {
            Position required = reads.required();
            return required == null ? committed : Math.min(committed, at(0).distanceTo(required));
        }
    }

    private long schedules;
    private @Nullable String found;

    /** Runs every schedule in which the actor stops after so many steps; all run to the end if it is none. */
    private void explore(Mutant mutant, int crashing, int after) throws EpochOverException {
        explore(mutant, crashing, after, new int[ACTORS * STEPS], 0, new int[ACTORS]);
    }

    private void explore(Mutant mutant, int crashing, int after, int[] schedule, int length, int[] taken)
            throws EpochOverException {
        boolean ended = true;
        for (int actor = 0; actor < ACTORS; actor++) {
            if (taken[actor] < (actor == crashing ? after : STEPS)) {
                ended = false;
                taken[actor]++;
                schedule[length] = actor;
                explore(mutant, crashing, after, schedule, length + 1, taken);
                taken[actor]--;
            }
        }
        if (ended) {
            replay(mutant, schedule, length);
        }
    }

    private void replay(Mutant mutant, int[] schedule, int length) throws EpochOverException {
        schedules++;
        World world = new World(mutant);
        for (int i = 0; i < length; i++) {
            world.step(schedule[i]);
        }
        if (world.violation != null && found == null) {
            found = world.violation + " by " + java.util.Arrays.toString(java.util.Arrays.copyOf(schedule, length));
        }
    }

    @Test
    void noHitLacksAnAcknowledgedCommit() throws EpochOverException, SQLException {
        explore(Mutant.NONE, -1, 0);
        for (int after = 0; after < STEPS; after++) {
            explore(Mutant.NONE, 0, after);
            explore(Mutant.NONE, 2, after);
        }
        System.out.println("schedules: " + schedules);
        assertThat(found).isNull();
        assertThat(schedules).isGreaterThan(400_000);
    }

    @Test
    void aFillerThatReadsBeforeItTakesVersionsIsFound() throws EpochOverException {
        explore(Mutant.POSITION_BEFORE_VERSION, 0, 0);
        assertThat(found).isNotNull();
    }

    @Test
    void aWriterThatMarksNothingIsFound() throws EpochOverException {
        explore(Mutant.NO_MARK, 0, 0);
        assertThat(found).isNotNull();
    }
}

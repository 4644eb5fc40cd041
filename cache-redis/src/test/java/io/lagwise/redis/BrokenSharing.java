package io.lagwise.redis;

import io.lagwise.spi.ReplicationProbe;
import io.lagwise.spi.ServerStatus;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.WriterLink;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.redisson.api.RedissonClient;

/**
 * The rules of sharing with one of them taken away, each where it is kept: in a script, in how long is waited, or in what
 * the writer is asked (see the models of the protocol).
 */
public enum BrokenSharing {
    /** Nothing is marked before a commit. */
    NO_TOKEN(Script.BEGIN, "redis.call('HSET', KEYS[i], 't:' .. ARGV[4], ARGV[5])", ""),
    /** Marks are not looked at. */
    TOKEN_NOT_CHECKED(Script.CHECK, "byte(field) == T and tokens or", "byte(field) == T and {} or"),
    /** A commit leaves the version as it was. */
    OLD_VERSION(Script.COMPLETE, "written(KEYS[i], ARGV[5], 6)", "merge(KEYS[i], 'p:', 6)"),
    /** Nobody notices a failover. */
    FAILOVER_NOT_NOTICED(Script.CHECK, "elsewhere() or unborn() or", "") {
        @Override
        Scripts in(Scripts scripts) {
            return onceReady(super.in(scripts)).with(Script.BEAT, text -> replaced(text, "elsewhere() or", ""));
        }
    },
    /** Whoever is new believes what is there after a failover. */
    NEWCOMER_BELIEVES(Script.CHECK, "unborn() or", "") {
        @Override
        Scripts in(Scripts scripts) {
            return onceReady(super.in(scripts));
        }
    },
    /** After a failover versions go on as before. */
    VERSIONS_NOT_RENEWED(
            Script.READY, "redis.call('HSET', SHELF, 'gen', ARGV[4])", "redis.call('HSETNX', SHELF, 'gen', ARGV[4])") {
        @Override
        Scripts in(Scripts scripts) {
            return super.in(scripts)
                    .with(
                            Script.ADVANCE,
                            text -> replaced(
                                    text,
                                    "redis.call('HSET', SHELF, 'gen', ARGV[4])",
                                    "redis.call('HSETNX', SHELF, 'gen', ARGV[4])"))
                    .with(Script.ADOPT, text -> replaced(text, "redis.call('HSET', KEYS[i], 'ver', ARGV[5])", ""));
        }
    },
    /** Only instances that are in Redis count after a loss. */
    SERVER_NOT_ASKED(Script.READY, "redis.call('HSETNX', SHELF, 'b:' .. ARGV[i], '0')", ""),
    /** An instance that fell silent does not matter. */
    SILENCE_NOT_NOTICED(Script.CHECK, "or incomplete()", ""),
    /** An instance that fell silent does not matter where nothing has changed. */
    SILENCE_OVERLOOKED(Script.CHECK, "and til and tonumber(til) >= now", ""),
    /** What is told to be the same may be told by another server. */
    SAME_ELSEWHERE(Script.CHECK, "and incarnation == INCARNATION and born == incarnation", "") {
        @Override
        Scripts in(Scripts scripts) {
            return onceReady(super.in(scripts)).with(Script.BEAT, text -> replaced(text, "elsewhere() or", ""));
        }
    },
    /** A commit under way does not count as a change. */
    MARK_NOT_NUMBERED(Script.BEGIN, "push(3)", ""),
    /** An instance is back with its beat; what it has under way follows. */
    BACK_WITHOUT_TOKENS(Script.ADOPT, "mark(8 + positions)", "") {
        @Override
        Scripts in(Scripts scripts) {
            return super.in(scripts).with(Script.BEAT, text -> replaced(text, "mark(5)", ""));
        }
    },
    /** The dead are struck off, and that is all. */
    SIGNED_OFF_WITHOUT_FLOOR(Script.SIGNOFF, "merge(SHELF, 'f:', 7)", "") {
        @Override
        Scripts in(Scripts scripts) {
            return super.in(scripts)
                    .with(Script.SIGNOFF, text -> replaced(text, "redis.call('HSET', SHELF, 'gen', ARGV[5])", ""));
        }
    },
    /** Who was found dead once is struck off, though it came back meanwhile. */
    LATE_SIGN_OFF(
            Script.SIGNOFF,
            "redis.call('HGET', SHELF, 'b:' .. ARGV[4]) == ARGV[6]",
            "tonumber(redis.call('HGET', SHELF, 'b:' .. ARGV[4]) or now) < now"),
    /** A commit makes a lost record anew. */
    RECORD_MADE_BY_COMMIT(Script.COMPLETE, "redis.call('HEXISTS', record, 'ver') == 1", "true"),
    /** A lost record is made at once. */
    RECORD_MADE_AT_ONCE(
            Script.MARK,
            "redis.call('HSETNX', KEYS[i], 'mark', ARGV[4])",
            "ofThisEpoch(KEYS[i]) redis.call('HSET', KEYS[i], 'ver', ARGV[4])"),
    /** A lost record is marked, and made as soon as that. */
    RECORD_MADE_TOO_SOON {
        @Override
        Waits in(Waits waits) {
            return new Waits(waits.silence(), waits.recovery(), NONE);
        }
    },
    /** A record that a commit has put its mark into is taken for whole. */
    PART_OF_A_RECORD_BELIEVED(
            Script.CHECK,
            "local version, tokens",
            "local version, tokens, positions, current, number = generation, {}, {}, false, '' --"),
    /** Who finds nobody believes what was kept while nobody watched the database. */
    UNWATCHED_VERSIONS(Script.ADVANCE, "and othersAlive()", ""),
    /** Whoever has not noticed an epoch goes on in the former one. */
    EPOCH_OF_ONES_OWN(Script.CHECK, "or ofAnotherEpoch()", "") {
        @Override
        Scripts in(Scripts scripts) {
            return super.in(scripts)
                    .with(Script.CHECK, text -> replaced(text, "and epoch == EPOCH", ""))
                    .with(Script.BEAT, text -> replaced(text, "or ofAnotherEpoch()", ""));
        }
    },
    /** Who enters an epoch late empties what was written down in it. */
    FLOOR_SET_BACK(Script.ADVANCE, "if epoch ~= EPOCH then", "if true then"),
    /** Who cannot mark a commit lets it leave at once. */
    COMMIT_WITHOUT_SILENCE {
        @Override
        Waits in(Waits waits) {
            return new Waits(NONE, waits.recovery(), waits.creation());
        }
    },
    /** Who has moved to another server marks its commits there, and lets them leave at once. */
    NO_GATE_AFTER_A_MOVE {
        @Override
        Waits in(Waits waits) {
            return new Waits(NONE, waits.recovery(), waits.creation());
        }
    },
    /** After a failover nobody is waited for. */
    RECOVERED_AT_ONCE {
        @Override
        Waits in(Waits waits) {
            return new Waits(waits.silence(), NONE, waits.creation());
        }
    },
    /** A beat counts from when it arrives, however late, for longer than any schedule takes. */
    END_FROM_ARRIVAL(Script.BEAT, "beat(ARGV[4])", "beat(string.format('%.0f', now + 8000))") {
        @Override
        Scripts in(Scripts scripts) {
            return super.in(scripts).with(Script.BEAT, text -> replaced(text, "tonumber(lives) < now", "false"));
        }
    },
    /** A commit that was found under way for a lease is ended, whatever the server says of its session. */
    JANITOR_BY_LEASE {
        @Override
        WriterLink in(WriterLink link, Interlude interlude) {
            return new ForwardingLink(link) {
                @Override
                public <T> CompletableFuture<T> ask(Query<T> query) {
                    return right.ask((probe, connection) -> query.of(new Forgetful(probe), connection));
                }
            };
        }
    },
    /** The floor is polled, and then the server asked which instances there are. */
    FLOOR_BEFORE_REGISTRATION {
        @Override
        WriterLink in(WriterLink link, Interlude interlude) {
            return interlude.reversed(link);
        }
    };

    /** Less than no time, so that nothing is waited for even where two moments are one. */
    private static final Duration NONE = Duration.ofMillis(-1);

    /** A server that knows of no session any more. */
    private record Forgetful(ReplicationProbe right) implements ReplicationProbe {
        @Override
        public boolean isOver(Connection connection, String session) {
            return true;
        }

        @Override
        public ServerStatus status(Connection connection) throws SQLException {
            return right.status(connection);
        }

        @Override
        public String session(Connection connection) throws SQLException {
            return right.session(connection);
        }

        @Override
        public String database(Connection connection) throws SQLException {
            return right.database(connection);
        }

        @Override
        public Set<String> announced(Connection connection) throws SQLException {
            return right.announced(connection);
        }
    }

    private final UnaryOperator<Scripts> change;

    BrokenSharing() {
        this.change = UnaryOperator.identity();
    }

    BrokenSharing(Script script, String rule, String instead) {
        this.change = scripts -> scripts.with(script, text -> replaced(text, rule, instead));
    }

    Scripts in(Scripts scripts) {
        return change.apply(scripts);
    }

    Waits in(Waits waits) {
        return waits;
    }

    WriterLink in(WriterLink link, Interlude interlude) {
        return interlude.inOrder(link);
    }

    private static Scripts onceReady(Scripts scripts) {
        String asked = "born == incarnation and 'ready' or 'unborn'";
        String once = "born and 'ready' or 'unborn'";
        return scripts.with(Script.BEAT, text -> replaced(text, asked, once))
                .with(Script.ADOPT, text -> replaced(text, asked, once));
    }

    private static String replaced(String text, String rule, String instead) {
        if (!text.contains(rule)) {
            throw new IllegalStateException("not in the script any more: " + rule);
        }
        return text.replace(rule, instead);
    }

    /** Returns a ledger without the rule. */
    public RedisLedger over(RedissonClient client, RedisSettings settings) {
        return RedisLedger.over(client, settings, in(Waits.of(settings)), in(Scripts.load()));
    }

    /** Returns the ledger with a way to the writer that lacks the rule. */
    public TableLedger relinked(RedisLedger ledger, Interlude interlude) {
        return new Relinked(ledger, link -> in(link, interlude));
    }
}

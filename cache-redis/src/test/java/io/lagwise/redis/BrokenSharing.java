package io.lagwise.redis;

import org.redisson.api.RedissonClient;

/** The rules of sharing with one of them taken away, each in the script that keeps it (see the models of the protocol). */
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
    /** An instance is back with its beat; what it has under way follows. */
    BACK_WITHOUT_TOKENS(Script.ADOPT, "mark(8 + positions)", "") {
        @Override
        Scripts in(Scripts scripts) {
            return super.in(scripts).with(Script.BEAT, text -> replaced(text, "mark(5)", ""));
        }
    },
    /** The dead are struck off, and that is all. */
    SIGNED_OFF_WITHOUT_FLOOR(Script.SIGNOFF, "merge(SHELF, 'f:', 6)", "") {
        @Override
        Scripts in(Scripts scripts) {
            return super.in(scripts)
                    .with(Script.SIGNOFF, text -> replaced(text, "redis.call('HSET', SHELF, 'gen', ARGV[5])", ""));
        }
    },
    /** A commit makes a lost record anew. */
    RECORD_MADE_BY_COMMIT(Script.COMPLETE, "redis.call('HEXISTS', record, 'ver') == 1", "true"),
    /** A lost record is made at once. */
    RECORD_MADE_AT_ONCE(
            Script.MARK,
            "redis.call('HSETNX', KEYS[i], 'mark', ARGV[4])",
            "ofThisEpoch(KEYS[i]) redis.call('HSET', KEYS[i], 'ver', ARGV[4])");

    private final Script script;
    private final String rule;
    private final String instead;

    BrokenSharing(Script script, String rule, String instead) {
        this.script = script;
        this.rule = rule;
        this.instead = instead;
    }

    Scripts in(Scripts scripts) {
        return scripts.with(script, text -> replaced(text, rule, instead));
    }

    private static Scripts onceReady(Scripts scripts) {
        String asked = "shelf['born'] == incarnation and 'ready' or 'unborn'";
        String once = "shelf['born'] and 'ready' or 'unborn'";
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
        return RedisLedger.over(client, settings, in(Scripts.load()));
    }
}

package io.lagwise.jdbc;

import io.lagwise.CacheReason;
import io.lagwise.RoutingHints;
import io.lagwise.RoutingHints.Keep;
import io.lagwise.RoutingHints.Route;
import io.lagwise.cache.CacheInterceptor;
import io.lagwise.cache.Trial;
import io.lagwise.policy.StatementPlan;
import io.lagwise.policy.StatementPlans;
import io.lagwise.spi.ResultKey;
import io.lagwise.spi.ResultKey.Freshness;
import io.lagwise.spi.SessionKey;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells which executions the cache may answer, and under which key (protocol B 4). */
final class CacheAccess {
    private static final @Nullable Object[] NO_PARAMETERS = new Object[0];
    private static final List<@Nullable Object> NOTHING_SET = List.of();

    private final CacheInterceptor cache;
    private final CachedAnswers answers;
    private final StatementPlans plans;
    private final boolean knowsVersions;
    private final @Nullable SessionKey sessionKey;

    private CacheAccess(CacheInterceptor cache, Wiring wiring) {
        this.cache = cache;
        this.answers = new CachedAnswers(cache, wiring);
        this.plans = wiring.plans();
        this.knowsVersions = wiring.ledger().knowsVersions();
        this.sessionKey = wiring.sessionKey();
    }

    /** Returns the access to the cache of a data source; null if it has none. */
    static @Nullable CacheAccess of(Wiring wiring) {
        CacheInterceptor cache = wiring.cache();
        return cache == null ? null : new CacheAccess(cache, wiring);
    }

    /** Returns what answers the questions. */
    CachedAnswers answers() {
        return answers;
    }

    /** Returns the question to the cache, or null if it is not to be asked. */
    @Nullable
    Question question(
            LogicalSession session,
            String sql,
            StatementPlan ofText,
            Intent intent,
            ResultShape shape,
            @Nullable StatementSettings set,
            @Nullable Parameters given) {
        RoutingHints hints = ofText.hints();
        StatementPlan plan = plans.dependingOn(hints.tables(), ofText, sql);
        Trial trial = null;
        if (hints.keep() != Keep.CACHED) {
            trial = trial(sql, plan, hints);
            if (trial == null) {
                return null;
            }
        }
        CacheReason obstacle = whyNot(session, sql, plan, hints, intent, shape, set);
        @Nullable Object[] parameters = obstacle != null ? null : given == null ? NO_PARAMETERS : given.comparable();
        if (parameters == null) {
            if (trial == null) {
                cache.bypassed(sql, plan.profile().shape(), obstacle == null ? CacheReason.PARAMETER : obstacle);
            }
            return null;
        }
        Freshness freshness = hints.route() == Route.LAG_IGNORE ? Freshness.TOLERANT : Freshness.STRICT;
        ResultKey key = new ResultKey(sql, parameters, eyes(session.settings(), shape, set), freshness);
        // What may be old is kept and used without regard to the records.
        return new Question(key, key.isTolerant() ? plan : plan.asked(), hints.ttl(), trial);
    }

    /** Returns the trial of a statement that no hint has decided about, unless the cache need not hear of it. */
    private @Nullable Trial trial(String sql, StatementPlan plan, RoutingHints hints) {
        boolean open = hints.keep() == Keep.AUTO && plan.closure().cacheable() == CacheReason.CACHEABLE;
        Trial trial = open ? cache.trial(sql) : null;
        return trial == null || trial.isLeft() ? null : trial;
    }

    private @Nullable CacheReason whyNot(
            LogicalSession session,
            String sql,
            StatementPlan plan,
            RoutingHints hints,
            Intent intent,
            ResultShape shape,
            @Nullable StatementSettings set) {
        CacheReason ofPlan = plan.closure().cacheable();
        if (ofPlan != CacheReason.CACHEABLE) {
            return ofPlan;
        }
        if (hints.route() == Route.WRITER) {
            return CacheReason.HINT_WRITER;
        }
        if (!knowsVersions && hints.route() != Route.LAG_IGNORE) {
            return CacheReason.COORDINATION;
        }
        if (intent != Intent.PLAIN) {
            return intent == Intent.ONCE ? CacheReason.PARAMETER : CacheReason.RESULT_SHAPE;
        }
        boolean whole = set == null || set.isWhole();
        if (!whole || shape.isUpdatable() || shape.type() == ResultSet.TYPE_SCROLL_SENSITIVE) {
            return CacheReason.RESULT_SHAPE;
        }
        CacheReason ofSession = session.whyUncached();
        return ofSession == null ? cache.refusal(sql) : ofSession;
    }

    /** Returns what of session and statement decides which rows are seen, and how much of them. */
    private List<@Nullable Object> eyes(
            ConnectionSettings settings, ResultShape shape, @Nullable StatementSettings set) {
        Object who = sessionKey == null ? null : sessionKey.current();
        boolean plain = who == null
                && set == null
                && shape.isDefault()
                && settings.get(Setting.SCHEMA) == null
                && settings.get(Setting.CATALOG) == null;
        if (plain) {
            return NOTHING_SET;
        }
        List<@Nullable Object> eyes = new ArrayList<>(
                Arrays.asList(who, settings.get(Setting.SCHEMA), settings.get(Setting.CATALOG), shape.type()));
        if (set != null) {
            eyes.addAll(Arrays.asList(set.maxRows(), set.escapes()));
        }
        return eyes;
    }
}

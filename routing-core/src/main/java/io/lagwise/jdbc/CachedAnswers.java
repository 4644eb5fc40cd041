package io.lagwise.jdbc;

import io.lagwise.RouteDecision;
import io.lagwise.RouteReason;
import io.lagwise.cache.CacheInterceptor;
import io.lagwise.cache.CachedRows;
import io.lagwise.jdbc.RoutedStatement.Action;
import io.lagwise.policy.StatementPlan;
import io.lagwise.policy.StatementPlans;
import io.lagwise.replication.ReplicationMonitor;
import io.lagwise.spi.RoutingListener;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions with kept rows, or by the query, whose rows are then kept.
 *
 * <p>Invariant (protocol A7): rows are kept only by the execution that has read all of them, after the versions of its tables
 * were taken and on a connection that shows their epoch; where a query is repeated, by the last one alone. Every fill ends,
 * whatever becomes of the query, so that nobody waits for rows that never come; and nobody waits for another's while holding a
 * connection, which that one may need.
 *
 * <p>One for all connections of a data source. Thread-safe, as it holds nothing of an execution.
 */
final class CachedAnswers {
    /** The cache's name in decisions. */
    private static final String CACHE = "cache";

    private final CacheInterceptor cache;
    private final StatementPlans plans;
    private final ReplicationMonitor monitor;
    private final RoutingListener listener;

    CachedAnswers(CacheInterceptor cache, Wiring wiring) {
        this.cache = cache;
        this.plans = wiring.plans();
        this.monitor = wiring.monitor();
        this.listener = wiring.listener();
    }

    /** Answers a question of a statement that has no open results. */
    <S extends Statement> ResultSet answer(Question question, RoutedStatement<S> statement, Action<S, ResultSet> query)
            throws SQLException {
        CachedRows kept = question.isAnswerable() ? find(question) : null;
        if (kept != null) {
            question.answered();
            statement.leave();
            return statement.serve(kept);
        }
        long began = question.now();
        ResultSet results = question.isAnswerable()
                ? executeAndKeep(question, statement, query)
                : execute(question, statement, query);
        question.executed(question.now() - began);
        return results;
    }

    private @Nullable CachedRows find(Question question) {
        StatementPlan plan = question.plan();
        CachedRows kept = cache.find(question.key(), plan.reads(), plan.catalogVersion());
        return kept == null || !plans.isCurrent(plan) ? null : count(kept, question);
    }

    private CachedRows count(CachedRows rows, Question question) {
        monitor.active();
        RouteReason reason = CacheInterceptor.reason(question.key());
        listener.routed(new RouteDecision(RouteDecision.Target.CACHE, CACHE, reason));
        return rows;
    }

    private static <S extends Statement> ResultSet execute(
            Question question, RoutedStatement<S> statement, Action<S, ResultSet> query) throws SQLException {
        return statement.run(question.plan(), Intent.PLAIN, physical -> statement.wrap(query.on(physical)));
    }

    private <S extends Statement> ResultSet executeAndKeep(
            Question question, RoutedStatement<S> statement, Action<S, ResultSet> query) throws SQLException {
        StatementPlan plan = question.plan();
        CacheInterceptor.Fill fill = cache.fill(question.key(), plan.reads(), plan.catalogVersion(), question.ttl());
        if (fill == null) {
            return execute(question, statement, query);
        }
        try {
            CachedRows shared = statement.session().held().isEmpty() ? fill.join() : null;
            return shared == null ? fill(question, fill, statement, query) : statement.serve(count(shared, question));
        } finally {
            fill.end();
        }
    }

    private static <S extends Statement> ResultSet fill(
            Question question, CacheInterceptor.Fill fill, RoutedStatement<S> statement, Action<S, ResultSet> query)
            throws SQLException {
        AtomicReference<@Nullable CachedRows> kept = new AtomicReference<>();
        ResultSet results = statement.run(question.plan(), Intent.PLAIN, physical -> {
            ResultSet live = query.on(physical);
            CachedRows rows = fill.capture(live);
            if (rows == null || !statement.lease().isOf(fill.epoch())) {
                return statement.wrap(live);
            }
            fill.keep(rows);
            kept.set(rows);
            return live;
        });
        CachedRows rows = kept.get();
        return rows == null ? results : serveInstead(results, rows, statement);
    }

    /** The application never sees the driver's result: that it is closed completes nothing. */
    private static ResultSet serveInstead(ResultSet read, CachedRows rows, RoutedStatement<?> statement)
            throws SQLException {
        try {
            read.close();
        } finally {
            statement.session().releaseIdle();
        }
        return statement.serve(rows);
    }
}

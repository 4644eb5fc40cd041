package io.lagwise.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lagwise.RouteReason;
import io.lagwise.RoutingHints;
import io.lagwise.catalog.Catalog;
import io.lagwise.catalog.Closure;
import io.lagwise.catalog.Precision;
import io.lagwise.spi.TableLedger;
import io.lagwise.spi.TableSet;
import io.lagwise.sql.SqlAnalyzer;
import io.lagwise.sql.StatementProfile;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes and remembers plans by SQL text, within a bound of memory. */
public final class StatementPlans {
    /** Bounds the remembered texts in characters, plus a constant for each plan. */
    private static final long MOST_CHARACTERS = 16L * 1024 * 1024;

    private static final int PLAN_WEIGHT = 512;

    private static final int MOST_DECLARED = 1_000;

    /** A text with what is said of it elsewhere. */
    private record Declared(String sql, Set<String> tables) {}

    private static final Comparator<StatementPlan> BY_EFFECT = Comparator.comparing(
                    (StatementPlan plan) -> plan.profile().transactionControl())
            .thenComparing(plan -> plan.profile().sessionEffect());

    private final Cache<String, StatementPlan> plans = Caffeine.newBuilder()
            .maximumWeight(MOST_CHARACTERS)
            .weigher((String sql, StatementPlan plan) -> sql.length() + PLAN_WEIGHT)
            .build();
    private final Cache<Declared, StatementPlan> declared =
            Caffeine.newBuilder().maximumSize(MOST_DECLARED).build();
    private final SqlAnalyzer analyzer;
    private final Catalog catalog;
    private final TableLedger ledger;
    private final Refiner refiner;

    /** Makes plans by these. */
    public StatementPlans(SqlAnalyzer analyzer, Catalog catalog, TableLedger ledger, Refiner refiner) {
        this.refiner = refiner;
        this.analyzer = analyzer;
        this.catalog = catalog;
        this.ledger = ledger;
    }

    /** Returns the plan of this text by the present catalog. */
    public StatementPlan of(String sql) {
        StatementPlan known = plans.getIfPresent(sql);
        return known != null && known.catalogVersion() == catalog.version() ? known : make(sql);
    }

    /** Returns the version of the present catalog. */
    public long catalogVersion() {
        return catalog.version();
    }

    /** Returns whether the plan is by the present catalog. */
    public boolean isCurrent(StatementPlan plan) {
        return plan.catalogVersion() == catalog.version();
    }

    /** Returns the plan if it is by the present catalog, else a new one of the same text. */
    public StatementPlan current(StatementPlan plan, String sql) {
        return isCurrent(plan) ? plan : of(sql);
    }

    /** Returns the plan of the same text for one who says that it depends on these tables. */
    public StatementPlan dependingOn(Set<String> tables, StatementPlan plan, String sql) {
        if (tables.isEmpty()) {
            return plan;
        }
        Declared key = new Declared(sql, tables);
        StatementPlan known = declared.getIfPresent(key);
        if (known != null && known.catalogVersion() == plan.catalogVersion()) {
            return known;
        }
        long version = catalog.version();
        StatementPlan made =
                plan(sql, plan.profile(), catalog.declare(catalog.resolve(plan.profile()), tables), version);
        declared.put(key, made);
        return made;
    }

    /** Returns one plan that stands for all statements of a batch. */
    public StatementPlan ofBatch(List<String> statements) {
        long version = catalog.version();
        List<StatementPlan> plans = statements.stream().distinct().map(this::of).toList();
        if (plans.size() == 1) {
            return plans.get(0);
        }
        StatementPlan worst = Collections.max(plans, BY_EFFECT);
        Set<String> written = new HashSet<>();
        plans.forEach(plan -> written.addAll(plan.closure().writes()));
        boolean changesCatalog = plans.stream().anyMatch(plan -> plan.closure().changesCatalog());
        Closure closure =
                Closure.of(RouteReason.SEVERAL_STATEMENTS, Set.of(TableLedger.ANYTHING), written, changesCatalog);
        @Nullable TableSet writes = written.isEmpty() ? null : ledger.writes(written);
        return new StatementPlan(
                worst.profile(), closure, ledger.reads(closure.reads()), writes, version, RoutingHints.NONE);
    }

    private StatementPlan make(String sql) {
        // The version first: a catalog that changes meanwhile makes the plan outdated, never wrongly current.
        long version = catalog.version();
        StatementProfile profile = analyzer.analyze(sql);
        Closure closure = catalog.resolve(profile);
        StatementPlan plan = plan(sql, profile, closure, version);
        if (closure.reason() == RouteReason.UNKNOWN_RELATION) {
            // Not remembered: whenever it comes again the catalog may be due for another look.
            catalog.missed();
            return plan;
        }
        plans.put(sql, plan);
        if (closure.readOnly()) {
            refine(sql, plan);
        }
        return plan;
    }

    /** Has it confirmed that only the tables named are read, if that makes a difference; puts the plan in place then. */
    private void refine(String sql, StatementPlan plan) {
        Closure precise = catalog.resolve(plan.profile(), Precision.NAMED_TABLES);
        if (!precise.reads().equals(plan.closure().reads()) && precise.readOnly()) {
            refiner.confirm(sql, plan.profile(), () -> plans.asMap()
                    .replace(sql, plan, plan(sql, plan.profile(), precise, plan.catalogVersion())));
        }
    }

    private StatementPlan plan(String sql, StatementProfile profile, Closure closure, long version) {
        @Nullable TableSet writes = closure.writes().isEmpty() ? null : ledger.writes(closure.writes());
        return new StatementPlan(
                profile, closure, ledger.reads(closure.reads()), writes, version, CommentHints.of(sql));
    }
}

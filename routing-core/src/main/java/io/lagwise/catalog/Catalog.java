package io.lagwise.catalog;

import io.lagwise.RouteReason;
import io.lagwise.spi.ConnectionSource;
import io.lagwise.spi.TableLedger;
import io.lagwise.sql.Dialect;
import io.lagwise.sql.SqlAnalyzer;
import io.lagwise.sql.StatementProfile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what statements touch, by the catalog of the database, which it keeps up to date.
 *
 * <p>While the catalog is not known, because it was never read, could not be read, or was changed through the library and
 * not read again since, every statement belongs on the writer and every write touches everything.
 *
 * <p>Thread-safe. Only {@link #refresh()} blocks.
 */
public final class Catalog {
    private static final Logger log = LoggerFactory.getLogger(Catalog.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    /** @param rules null while the catalog is not known */
    private record Known(long version, @Nullable CatalogSnapshot snapshot, @Nullable ClosureRules rules) {
        Known next(CatalogSnapshot loaded, DeclaredRoutines declared) {
            return loaded.equals(snapshot) && rules != null
                    ? this
                    : new Known(version + 1, loaded, new ClosureRules(loaded, declared));
        }

        Known unknown() {
            return new Known(version + 1, null, null);
        }
    }

    private final RoutineReport report = new RoutineReport();
    private final DeclaredRoutines declared;
    private final ConnectionSource source;
    private final CatalogLoader loader;
    private final Duration interval;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Known known = new Known(0, null, null);
    private final Looks looks;
    private volatile @Nullable String failure;
    private volatile Runnable wake = () -> {};
    private volatile Runnable surprise = () -> {};

    private Catalog(ConnectionSource source, CatalogLoader loader, Duration interval, DeclaredRoutines declared) {
        this.declared = declared;
        this.source = source;
        this.loader = loader;
        this.interval = interval;
        this.looks = new Looks(System::nanoTime, interval);
    }

    /**
     * Returns the catalog of a database; reads it at the first {@link #refresh()}.
     *
     * @throws IllegalArgumentException for {@link Dialect#ANSI}, which is no database that could be asked
     */
    public static Catalog of(Dialect dialect, ConnectionSource writer, SqlAnalyzer analyzer, Duration interval) {
        return of(dialect, writer, analyzer, interval, Map.of());
    }

    /** Returns the catalog of a database, with what is declared of its routines by name. */
    public static Catalog of(
            Dialect dialect,
            ConnectionSource writer,
            SqlAnalyzer analyzer,
            Duration interval,
            Map<String, RoutineTables> declared) {
        return new Catalog(writer, loader(dialect, analyzer), interval, new DeclaredRoutines(declared));
    }

    private static CatalogLoader loader(Dialect dialect, SqlAnalyzer analyzer) {
        return switch (dialect) {
            case POSTGRESQL -> new PostgresCatalogLoader(analyzer);
            case MARIADB -> new SteadyLoader(new MariaDbCatalogLoader(analyzer));
            case MYSQL -> new SteadyLoader(new MySqlCatalogLoader(analyzer));
            case SQLSERVER -> new SteadyLoader(new SqlServerCatalogLoader());
            case ANSI -> throw new IllegalArgumentException("Of dialect ANSI it is not known where the catalog is");
        };
    }

    /** Returns the catalog of a PostgreSQL database; reads it at the first {@link #refresh()}. */
    public static Catalog ofPostgres(ConnectionSource writer, SqlAnalyzer analyzer, Duration interval) {
        return of(Dialect.POSTGRESQL, writer, analyzer, interval);
    }

    /** Sets what makes {@link #refresh()} run soon. */
    public void onDemand(Runnable wake) {
        this.wake = wake;
    }

    /** Sets what is told when the catalog proves to be another though nobody invalidated it. */
    public void onSurprise(Runnable surprise) {
        this.surprise = surprise;
    }

    /** Returns a number that changes whenever {@link #resolve} may answer differently. */
    public long version() {
        return known.version();
    }

    /** Returns what the statement touches, taking every identifier that names a relation for a table read. */
    public Closure resolve(StatementProfile profile) {
        return resolve(profile, Precision.EVERY_IDENTIFIER);
    }

    /**
     * Returns what the statement touches.
     *
     * @param precision {@link Precision#NAMED_TABLES} only if the tables that the profile names are known to be all
     */
    public Closure resolve(StatementProfile profile, Precision precision) {
        ClosureRules rules = known.rules();
        return rules == null ? unknown(profile) : rules.apply(profile, precision);
    }

    /**
     * Returns the closure of a read that depends on these tables too, and on no others that are not known.
     *
     * <p>A name that is none of a table makes it depend on everything.
     */
    public Closure declare(Closure closure, Set<String> tables) {
        ClosureRules rules = known.rules();
        return rules == null || !closure.readOnly() ? closure : rules.declare(closure, tables);
    }

    /**
     * Returns what is written where these tables are; everything while that is not known.
     *
     * @throws IllegalArgumentException if a name is none of a table
     */
    public Set<String> writes(Set<String> tables) {
        ClosureRules rules = known.rules();
        return rules == null ? Set.of(TableLedger.UNKNOWN) : rules.writes(tables);
    }

    private static Closure unknown(StatementProfile profile) {
        if (profile.readOnly()) {
            return Closure.of(RouteReason.CATALOG_UNKNOWN, Set.of(TableLedger.ANYTHING), Set.of(), false);
        }
        // Other writes must not count as changes of the catalog: they would keep it unknown, here and elsewhere.
        boolean changesCatalog = ClosureRules.changesCatalog(profile);
        Set<String> written = new HashSet<>();
        if (changesCatalog || !profile.writes().isEmpty()) {
            written.add(TableLedger.UNKNOWN);
        }
        if (changesCatalog) {
            written.add(TableLedger.CATALOG);
        }
        return Closure.of(profile.reason(), Set.of(TableLedger.ANYTHING), written, changesCatalog);
    }

    /** Forgets the catalog, which a statement has just changed, and has it read again. */
    public void invalidate() {
        changing.lock();
        try {
            known = known.unknown();
        } finally {
            changing.unlock();
        }
        wake.run();
    }

    /** Has the catalog read again for a statement that names an unknown relation, unless that was done just now. */
    public void missed() {
        if (looks.due()) {
            wake.run();
        }
    }

    /**
     * Reads the catalog if it can be reached, and returns when to do so again.
     *
     * <p>What was read before an invalidation is not used after it.
     */
    public Duration refresh() {
        Known before = known;
        try (Connection connection = source.open()) {
            CatalogSnapshot loaded = loader.load(connection);
            if (!publish(before, loaded)) {
                return Duration.ZERO;
            }
            if (failure != null) {
                log.info("The catalog was read");
            }
            failure = null;
            if (before.rules() != null && known != before) {
                surprise.run();
            }
            return interval;
        } catch (SQLException e) {
            forget(e);
            return RETRY;
        }
    }

    /** Publishes what was read unless the catalog was invalidated while it was being read. */
    private boolean publish(Known before, CatalogSnapshot loaded) {
        changing.lock();
        try {
            if (known != before) {
                return false;
            }
            Known next = before.next(loaded, declared);
            known = next;
            if (next == before || next.rules() == null) {
                looks.foundNothing();
            } else {
                looks.foundNews();
                report.tell(loaded, declared, next.rules());
            }
            return true;
        } finally {
            changing.unlock();
        }
    }

    private void forget(SQLException e) {
        String message = String.valueOf(e.getMessage());
        if (failure == null) {
            log.warn("The catalog cannot be read, so that every statement goes to the writer: {}", message);
            log.debug("Cause", e);
        }
        failure = message;
        looks.foundNothing();
        changing.lock();
        try {
            known = known.rules() == null ? known : known.unknown();
        } finally {
            changing.unlock();
        }
    }

    /** Returns the functions that send statements which only read to the writer, as they may write. */
    public List<String> routinesOnWriter() {
        CatalogSnapshot snapshot = known.snapshot();
        return snapshot == null ? List.of() : RoutineReport.onWriter(snapshot, declared);
    }

    /** Returns why the catalog could not be read, or null. */
    public @Nullable String failure() {
        return failure;
    }
}

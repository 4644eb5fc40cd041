package io.lagwise.catalog;

import io.lagwise.CacheReason;
import io.lagwise.RouteReason;
import io.lagwise.sql.SqlAnalyzer;
import io.lagwise.sql.StatementProfile;
import io.lagwise.sql.TableName;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds what the texts of views and triggers of MySQL and MariaDB touch. */
final class StoredTexts {
    private static final Set<RouteReason> READING = EnumSet.of(RouteReason.READ_ONLY, RouteReason.UNKNOWN_ROUTINE);

    /** What a view may do that no reader can, though it writes nothing. */
    private static final Set<RouteReason> ON_WRITER =
            EnumSet.of(RouteReason.LOCKS, RouteReason.READS_SESSION, RouteReason.WRITER_ONLY_RELATION);

    /** What a trigger's statement may be for its tables to be known. */
    private static final Set<RouteReason> UNDERSTOOD = EnumSet.of(
            RouteReason.READ_ONLY,
            RouteReason.UNKNOWN_ROUTINE,
            RouteReason.WRITES,
            RouteReason.LOCKS,
            RouteReason.USES_SEQUENCE,
            RouteReason.READS_SESSION,
            RouteReason.WRITER_ONLY_RELATION,
            RouteReason.CHANGES_SESSION);

    /** Modes in which a text means something else than the analyzer takes it for. */
    private static final List<String> OTHER_TONGUES = List.of("ANSI", "NO_BACKSLASH_ESCAPES", "ORACLE", "MSSQL");

    private final SqlAnalyzer analyzer;
    private final SnapshotBuilder snapshot;

    StoredTexts(SqlAnalyzer analyzer, SnapshotBuilder snapshot) {
        this.analyzer = analyzer;
        this.snapshot = snapshot;
    }

    /** Notes what a view reads, and what is written by writing it. */
    void view(long view, String schema, String text) {
        StatementProfile profile = analyzer.analyze(text);
        if (ON_WRITER.contains(profile.reason())) {
            snapshot.onWriterOnly(view);
        } else if (!READING.contains(profile.reason())) {
            snapshot.calls(view, Routine.MAY_WRITE);
            snapshot.writesUnknown(view);
        }
        if (!profile.cacheable()) {
            snapshot.uncacheable(view, CacheReason.VOLATILE_VIEW);
        }
        profile.routines().forEach(routine -> snapshot.calls(view, snapshot.routine(routine.name())));
        for (TableName source : profile.named()) {
            viewSource(view, resolve(schema, source));
        }
    }

    /** Notes a source of a view; none stands for one that is not known. */
    void viewSource(long view, List<Long> source) {
        if (source.isEmpty()) {
            snapshot.onWriterOnly(view);
            snapshot.writesUnknown(view);
        }
        for (long relation : source) {
            snapshot.reads(view, relation);
            snapshot.writes(view, relation);
        }
    }

    /** Notes what a trigger of the table writes. */
    void trigger(long table, String schema, String text, String sqlMode) {
        String modes = sqlMode.toUpperCase(Locale.ROOT);
        if (OTHER_TONGUES.stream().anyMatch(modes::contains)) {
            snapshot.writesUnknown(table);
            return;
        }
        for (StatementProfile profile : analyzer.analyzeBody(text)) {
            triggerStatement(table, schema, profile);
        }
    }

    private void triggerStatement(long table, String schema, StatementProfile profile) {
        boolean mayWrite =
                profile.routines().stream().anyMatch(routine -> snapshot.routine(routine.name()) == Routine.MAY_WRITE);
        boolean tablesKnown =
                !profile.writes().contains(TableName.ANY) || !profile.routines().isEmpty();
        if (mayWrite || !tablesKnown || !UNDERSTOOD.contains(profile.reason())) {
            snapshot.writesUnknown(table);
        }
        for (TableName target : profile.writes()) {
            if (!target.equals(TableName.ANY)) {
                written(table, resolve(schema, target));
            }
        }
    }

    private void written(long table, List<Long> targets) {
        if (targets.isEmpty()) {
            snapshot.writesUnknown(table);
        }
        targets.forEach(target -> snapshot.writes(table, target));
    }

    /** A name without a schema means the schema of the object whose text it is. */
    private List<Long> resolve(String schema, TableName name) {
        List<String> parts = name.parts();
        return snapshot.find(parts.size() < 2 ? schema : parts.get(parts.size() - 2), name.name());
    }
}

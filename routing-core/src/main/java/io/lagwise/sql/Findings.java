package io.lagwise.sql;

import io.lagwise.RouteReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has been found in a text so far; every method can only add suspicion, never take it away. */
final class Findings {
    /** Which reason is told when there are several: the first of these. */
    private static final List<RouteReason> PRECEDENCE = List.of(
            RouteReason.MALFORMED,
            RouteReason.CHANGES_SCHEMA,
            RouteReason.SEVERAL_STATEMENTS,
            RouteReason.UNKNOWN_STATEMENT,
            RouteReason.CALLS_PROCEDURE,
            RouteReason.TRANSACTION_CONTROL,
            RouteReason.WRITES,
            RouteReason.LOCKS,
            RouteReason.USES_SEQUENCE,
            RouteReason.CHANGES_SESSION,
            RouteReason.WRITER_ONLY_RELATION,
            RouteReason.READS_SESSION,
            RouteReason.UNKNOWN_ROUTINE,
            RouteReason.READ_ONLY);

    /** The same for the transaction. */
    private static final List<TransactionControl> STRENGTH = List.of(
            TransactionControl.COMMIT,
            TransactionControl.ROLLBACK,
            TransactionControl.BEGIN,
            TransactionControl.WITHIN,
            TransactionControl.NONE);

    private final Relations relations;
    private final Set<TableName> reads = new LinkedHashSet<>();
    private final List<TableName> readInOrder = new ArrayList<>();
    private final Set<TableName> writes = new LinkedHashSet<>();
    private final Set<TableName> named = new HashSet<>();
    private final Set<TableName> routines = new HashSet<>();
    private RouteReason reason = RouteReason.READ_ONLY;
    private SessionEffect sessionEffect = SessionEffect.NONE;
    private TransactionControl transactionControl = TransactionControl.NONE;
    private boolean several;
    private boolean unknownTables;
    private boolean refused;
    private boolean uncacheable;

    Findings(Relations relations) {
        this.relations = relations;
    }

    void because(RouteReason more) {
        if (PRECEDENCE.indexOf(more) < PRECEDENCE.indexOf(reason)) {
            reason = more;
        }
    }

    /** Notes that the text holds more than one statement. */
    void several() {
        several = true;
        because(RouteReason.SEVERAL_STATEMENTS);
    }

    /** Notes that the statement cannot be understood and may therefore do anything. */
    void unknown(RouteReason why) {
        because(why);
        unknownTables = true;
    }

    /** Notes that the server refuses the statement, and with it all that follows in the text. */
    void refused() {
        refused = !several;
        unknown(RouteReason.MALFORMED);
    }

    void read(TableName table) {
        if (relations.isNoTable(table)) {
            return;
        }
        readInOrder.add(table);
        if (reads.add(table)) {
            named.add(table);
            uncacheable |= relations.isCatalog(table);
            if (relations.isOnWriterOnly(table)) {
                because(RouteReason.WRITER_ONLY_RELATION);
            }
        }
    }

    void write(TableName table) {
        named.add(table);
        writes.add(table);
        because(RouteReason.WRITES);
    }

    /** Returns how many tables have been read, counting each time. */
    int readCount() {
        return readInOrder.size();
    }

    /** Notes that what a common table expression reads is written. */
    void writeThrough(Scopes.Entry expression) {
        readInOrder.subList(expression.firstRead(), expression.lastRead()).forEach(this::write);
    }

    /** Runs what only plans a statement: what that would write is not written. */
    void withoutWrites(Runnable reading) {
        Set<TableName> before = Set.copyOf(writes);
        reading.run();
        writes.retainAll(before);
    }

    void readsAnything() {
        reads.add(TableName.ANY);
    }

    void uncacheable() {
        uncacheable = true;
    }

    void call(@Nullable RoutineKind kind, TableName routine) {
        if (kind == null) {
            routines.add(routine);
            because(RouteReason.UNKNOWN_ROUTINE);
            return;
        }
        because(kind.reason());
        lasting(kind.effect());
        uncacheable |= !kind.cacheable();
        if (kind == RoutineKind.UNTAGGED) {
            readsAnything();
        } else if (kind == RoutineKind.OPAQUE) {
            unknownTables = true;
        }
    }

    void lasting(SessionEffect effect) {
        if (effect.compareTo(sessionEffect) > 0) {
            sessionEffect = effect;
        }
    }

    void controls(TransactionControl control) {
        because(RouteReason.TRANSACTION_CONTROL);
        strengthen(control);
    }

    private void strengthen(TransactionControl control) {
        if (STRENGTH.indexOf(control) < STRENGTH.indexOf(transactionControl)) {
            transactionControl = control;
        }
    }

    /** Adds what another reading of the same text has found. */
    void include(Findings other) {
        because(other.reason);
        lasting(other.sessionEffect);
        strengthen(other.transactionControl);
        reads.addAll(other.reads);
        writes.addAll(other.writes);
        named.addAll(other.named);
        routines.addAll(other.routines);
        several |= other.several;
        unknownTables |= other.unknownTables;
        uncacheable |= other.uncacheable;
    }

    /** Notes a statement that commits what was written before it, and may itself be of any kind. */
    void commitsBefore() {
        strengthen(TransactionControl.COMMIT);
    }

    /** Returns whether the server surely refuses the whole text. */
    boolean isRefused() {
        return refused;
    }

    boolean broken() {
        return reason == RouteReason.MALFORMED;
    }

    /** Among several statements a rollback does not undo what follows it, nor is it sure to be reached. */
    private TransactionControl effectiveControl() {
        boolean unsure = several && transactionControl == TransactionControl.ROLLBACK;
        return unsure ? TransactionControl.COMMIT : transactionControl;
    }

    StatementProfile profile(Set<String> identifiers, String shape) {
        boolean repeatable = !uncacheable && !relations.anySystemColumn(identifiers);
        boolean cacheable = reason == RouteReason.READ_ONLY && repeatable && !reads.isEmpty();
        if (unknownTables || !routines.isEmpty()) {
            reads.clear();
            reads.add(TableName.ANY);
            writes.add(TableName.ANY);
        }
        return new StatementProfile(
                reason,
                reads,
                writes,
                named,
                identifiers,
                routines,
                sessionEffect,
                effectiveControl(),
                cacheable,
                repeatable,
                shape);
    }
}

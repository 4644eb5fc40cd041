package io.lagwise.sql;

import io.lagwise.RouteReason;
import java.util.Locale;

/** What a call of a built-in routine means for its statement. */
enum RoutineKind {
    /** Depends on its arguments only, or is syntax that looks like a call. */
    HARMLESS(RouteReason.READ_ONLY, SessionEffect.NONE),
    /** Reads the clock, is random or waits. */
    VOLATILE(RouteReason.READ_ONLY, SessionEffect.NONE),
    /** Reads the clock if it is called without arguments, else {@link #HARMLESS}. */
    CLOCK_WITHOUT_ARGUMENTS(RouteReason.READ_ONLY, SessionEffect.NONE),
    /** Reads the clock if it is called with one argument, else {@link #HARMLESS}. */
    CLOCK_WITH_ONE_ARGUMENT(RouteReason.READ_ONLY, SessionEffect.NONE),
    /** Reads the user, a setting or the catalog. */
    AMBIENT(RouteReason.READ_ONLY, SessionEffect.NONE),
    /** Only reads, but data that belong to no table that the text names. */
    UNTAGGED(RouteReason.READ_ONLY, SessionEffect.NONE),
    /** Advances or sets a sequence. */
    SEQUENCE(RouteReason.USES_SEQUENCE, SessionEffect.NONE),
    /** Takes or gives back a lock of the session. */
    LOCKS(RouteReason.LOCKS, SessionEffect.SESSION),
    /** Takes a lock until the transaction ends. */
    TRANSACTION_LOCKS(RouteReason.LOCKS, SessionEffect.TRANSACTION),
    /** Reads what only the session that made it, or only this server, has. */
    SESSION_READS(RouteReason.READS_SESSION, SessionEffect.NONE),
    /** Changes a setting, as {@code set_config}, whose last argument tells for how long. */
    SETTING_CHANGES(RouteReason.CHANGES_SESSION, SessionEffect.NONE),
    /** Changes the session. */
    SESSION_CHANGES(RouteReason.CHANGES_SESSION, SessionEffect.SESSION),
    /** Changes something that is no table. */
    WRITES(RouteReason.WRITES, SessionEffect.NONE),
    /** Runs SQL that is given as a string, or reaches another server. */
    OPAQUE(RouteReason.CALLS_PROCEDURE, SessionEffect.NONE);

    private final RouteReason reason;
    private final SessionEffect effect;

    RoutineKind(RouteReason reason, SessionEffect effect) {
        this.reason = reason;
        this.effect = effect;
    }

    RouteReason reason() {
        return reason;
    }

    SessionEffect effect() {
        return effect;
    }

    /** Returns whether a result that holds such a call may be kept, as far as the name tells. */
    boolean cacheable() {
        return switch (this) {
            case HARMLESS, CLOCK_WITHOUT_ARGUMENTS, CLOCK_WITH_ONE_ARGUMENT -> true;
            default -> false;
        };
    }

    static RoutineKind ofSection(String heading) {
        return valueOf(heading.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}

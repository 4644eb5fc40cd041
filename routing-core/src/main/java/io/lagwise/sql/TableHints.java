package io.lagwise.sql;

import io.lagwise.RouteReason;
import java.util.Set;

/** Judges the table hints of SQL Server. */
final class TableHints {
    private static final Set<String> LOCKING =
            Set.of("updlock", "xlock", "tablock", "tablockx", "holdlock", "serializable", "repeatableread");

    /** Such reads may see what is not committed, or leave out what is locked. */
    private static final Set<String> DIRTY = Set.of("nolock", "readuncommitted", "readpast");

    private static final Set<String> HARMLESS = Set.of(
            "forcescan",
            "forceseek",
            "index",
            "keepdefaults",
            "keepidentity",
            "noexpand",
            "nowait",
            "paglock",
            "readcommitted",
            "readcommittedlock",
            "rowlock",
            "snapshot",
            "spatial_window_max_cells");

    private TableHints() {}

    /** Returns whether the parenthesis holds hints, which in old texts stand without WITH. */
    static boolean isList(Tokens tokens, int open) {
        return tokens.isName(open + 1) && isHint(tokens.lowerName(open + 1)) && !tokens.is(open + 2, TokenKind.DOT);
    }

    private static boolean isHint(String name) {
        return LOCKING.contains(name) || DIRTY.contains(name) || HARMLESS.contains(name);
    }

    /** Notes what the hints in the parenthesis mean. */
    static void apply(Tokens tokens, int open, Findings findings) {
        int i = open + 1;
        while (i < tokens.partner(open)) {
            if (tokens.isName(i)) {
                String hint = tokens.lowerName(i);
                if (!isHint(hint) && !tokens.is(i - 1, TokenKind.OPERATOR)) {
                    findings.unknown(RouteReason.UNKNOWN_STATEMENT);
                }
                note(hint, findings);
            }
            i = tokens.is(i, TokenKind.OPEN) ? tokens.partner(i) + 1 : i + 1;
        }
    }

    /** Notes the hints for tables among those for the whole query. */
    static void applyLocks(Tokens tokens, int open, Findings findings) {
        for (int i = open + 1; i < tokens.partner(open); i++) {
            if (tokens.isName(i)) {
                note(tokens.lowerName(i), findings);
            }
        }
    }

    private static void note(String hint, Findings findings) {
        if (LOCKING.contains(hint)) {
            findings.because(RouteReason.LOCKS);
        } else if (DIRTY.contains(hint)) {
            findings.uncacheable();
        }
    }
}

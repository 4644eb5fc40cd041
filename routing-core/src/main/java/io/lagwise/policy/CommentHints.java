package io.lagwise.policy;

import io.lagwise.RoutingHints;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the hints in the comments before the first token of a statement.
 *
 * <p>All of those comments are looked at, as Hibernate and others write one of their own first. A comment whose text begins
 * with {@code lagwise:} holds hints, separated by commas or spaces.
 */
final class CommentHints {
    private static final Logger log = LoggerFactory.getLogger(CommentHints.class);
    private static final String MARK = "lagwise:";
    private static final String CACHE = "cache=";

    private CommentHints() {}

    /** Returns the hints of the text; {@link RoutingHints#NONE} without any. */
    static RoutingHints of(String sql) {
        RoutingHints hints = RoutingHints.NONE;
        int at = skipBlanks(sql, 0);
        while (at < sql.length()) {
            int end = endOfComment(sql, at);
            if (end < 0) {
                return hints;
            }
            hints = hints.within(ofComment(sql.substring(at + 2, end)));
            at = skipBlanks(sql, end);
            at = sql.startsWith("*/", at) ? skipBlanks(sql, at + 2) : at;
        }
        return hints;
    }

    private static int skipBlanks(String sql, int from) {
        int at = from;
        while (at < sql.length() && Character.isWhitespace(sql.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Returns where the text of a comment that begins here ends, or -1 if none begins here or it does not end. */
    private static int endOfComment(String sql, int at) {
        if (sql.startsWith("/*", at)) {
            return sql.indexOf("*/", at + 2);
        }
        if (!sql.startsWith("--", at)) {
            return -1;
        }
        int end = sql.indexOf('\n', at);
        return end < 0 ? sql.length() : end;
    }

    private static RoutingHints ofComment(String comment) {
        String text = comment.strip().toLowerCase(Locale.ROOT);
        RoutingHints hints = RoutingHints.NONE;
        if (text.startsWith(MARK)) {
            for (String word : text.substring(MARK.length()).strip().split("[\\s,]+")) {
                RoutingHints hint = ofWord(word);
                if (hint == null) {
                    log.warn(
                            "The hint \"{}\" in a comment of a statement is not known and ignored;"
                                    + " use writer, lag-ignore, cache, cache=30s or no-cache",
                            word);
                } else {
                    hints = hints.within(hint);
                }
            }
        }
        return hints;
    }

    private static @Nullable RoutingHints ofWord(String word) {
        return switch (word) {
            case "writer" -> RoutingHints.writer();
            case "lag-ignore" -> RoutingHints.lagIgnore();
            case "cache" -> RoutingHints.cached();
            case "no-cache" -> RoutingHints.uncached();
            default -> word.startsWith(CACHE) ? cached(Durations.parse(word.substring(CACHE.length()))) : null;
        };
    }

    private static @Nullable RoutingHints cached(@Nullable Duration ttl) {
        return ttl == null ? null : RoutingHints.cached(ttl);
    }
}

package io.lagwise.jdbc;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an error's SQLState tells about the server and the transaction. */
final class SqlStates {
    /** The writer changed and the transaction was rolled back: it may be repeated. */
    static final String ROLLED_BACK = "40001";

    /** Whether the transaction was committed is not known (SQL standard, connection exception). */
    static final String OUTCOME_UNKNOWN = "08007";

    /** No connection to the writer could be had. */
    static final String NO_CONNECTION = "08001";

    static final String ACTIVE_TRANSACTION = "25001";
    static final String NO_ACTIVE_TRANSACTION = "25P01";
    static final String CLOSED = "08003";
    static final String STATEMENT_CLOSED = "55000";
    static final String INVALID_VALUE = "22023";
    static final String WRONG_OBJECT = "42809";

    /** Classes of errors after which the server has surely ended the statement without committing later. */
    private static final Set<String> ANSWERED = Set.of(
            "01", "02", "0A", "21", "22", "23", "24", "25", "28", "2D", "34", "40", "42", "44", "53", "54", "55", "P0");

    /** Codes within those classes that do leave the outcome open. */
    private static final Set<String> NOT_ANSWERED = Set.of("40003");

    /** A statement that the server cancelled, on request or at its time limit, and rolled back. */
    private static final String CANCELLED = "57014";

    private static final String REFUSED_WRITE = "25006";

    private SqlStates() {}

    /** Returns whether the server itself answered, so that nothing of the statement is still under way. */
    static boolean isAnswer(SQLException e) {
        String state = e.getSQLState();
        return state != null
                && state.length() == 5
                && (ANSWERED.contains(state.substring(0, 2)) || state.equals(CANCELLED))
                && !NOT_ANSWERED.contains(state);
    }

    /** Returns whether the server will never do what it was asked: it lacks the feature, or the role lacks the right. */
    static boolean isRefused(SQLException e) {
        return startsWith(e, "42") || startsWith(e, "0A");
    }

    /** Returns whether the connection is of no more use. */
    static boolean isConnectionLost(SQLException e) {
        return startsWith(e, "08") || startsWith(e, "57P");
    }

    /** Returns whether the server refused to write, though the statement was taken for one that only reads. */
    static boolean isRefusedWrite(SQLException e) {
        return startsWith(e, REFUSED_WRITE);
    }

    /** Returns whether another server might answer: the connection failed, or recovery stood in the way. */
    static boolean isFaultOfReader(SQLException e) {
        return isConnectionLost(e)
                || startsWith(e, "40001")
                || startsWith(e, "40P01")
                || isRefusedWrite(e)
                || startsWith(e, "0A000")
                || startsWith(e, "53")
                || startsWith(e, "58")
                || startsWith(e, "XX")
                || startsWith(e, "42P01")
                || startsWith(e, "42703")
                || startsWith(e, "42883");
    }

    private static boolean startsWith(SQLException e, String prefix) {
        @Nullable String state = e.getSQLState();
        return state != null && state.startsWith(prefix);
    }
}

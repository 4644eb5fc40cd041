package io.lagwise;

import java.util.Locale;

/**
 * Says why the result of a statement may be kept in the cache, or why it is not.
 *
 * <p>{@link #text()} is the one spelling used in explanations, at the endpoint and in documentation.
 */
public enum CacheReason {
    /** The result may be kept: whether it is kept depends on hints and rules. */
    CACHEABLE("the result can be kept until one of its tables is written"),

    /** There is no cache. */
    OFF("the cache is off"),
    /** Neither a hint nor a rule asks for it. */
    NOT_ASKED_FOR("no hint asks for the result to be kept"),
    /** It is being measured whether keeping the result pays. */
    BEING_MEASURED("it is being measured whether keeping the result pays"),
    /** It was measured that keeping the result saves too little for what it costs. */
    DOES_NOT_PAY("keeping the result was measured not to pay"),
    /** The statement is asked too seldom for its result to be there still. */
    SELDOM_ASKED("the statement is asked too seldom"),
    /** A hint forbids it. */
    HINT_UNCACHED("a hint forbids keeping the result"),
    /** A hint asks for the writer, and so for the database. */
    HINT_WRITER("a hint asks for the writer"),

    /** The statement is not proven to only read. */
    NOT_A_READ("the statement does not only read"),
    /** The text calls for the clock, chance, the session, the catalog or the like. */
    NOT_REPEATABLE("the statement may answer differently though no table was written"),
    /** The statement reads no table, so that it asks the server itself. */
    NO_TABLE("the statement reads no table"),
    /** Which tables are read is not known. */
    UNKNOWN_TABLES("which tables the statement reads is not known"),
    /** A routine of the application is called, whose results may change though no table was written. */
    UNKNOWN_ROUTINE("the statement calls a routine that may answer differently though no table was written"),
    /** A view or policy calls what may answer differently each time. */
    VOLATILE_VIEW("a view of the statement may answer differently though no table was written"),
    /** Policies decide by user and settings which rows are seen. */
    ROW_SECURITY("a table of the statement has row-level security"),

    /** The statement asks for an updatable, sensitive or streamed result, or for generated keys. */
    RESULT_SHAPE("the statement asks for a result that cannot be kept"),
    /** A parameter, such as a stream, cannot be compared with another. */
    PARAMETER("a parameter of the statement cannot be compared"),
    /** The session has state that the library does not follow, or settings that change results. */
    SESSION_STATE("the session has settings that change results"),
    /** The transaction has written, locked or called what is not known. */
    DIRTY_TRANSACTION("the transaction has written or locked"),
    /** The transaction reads one snapshot throughout. */
    ISOLATION("the isolation level of the transaction asks for its own snapshot"),
    /** A commit that wrote a table of the statement is under way. */
    WRITE_IN_FLIGHT("a commit to a table of the statement is under way"),
    /** Writes of other instances are not known, so that no result can be known to be fresh. */
    COORDINATION("writes of other instances are not known; share the records in Redis, or set coordination to single"),
    /** The shared records cannot be asked, or one of them is being made. */
    RECORDS_UNKNOWN("the shared records of the tables are not known now"),
    /** The driver is not known, or a column is a handle on something that stays on the server. */
    TYPE_NOT_EXACT("the driver or a type of the result does not allow to give it back exactly"),
    /** The connection by which the driver reads kept results cannot be had; it is tried again soon. */
    NO_CONNECTION("the connection by which kept results are read cannot be had"),
    /** The result is larger than {@code lagwise.cache.max-entry-size}. */
    TOO_LARGE("the result is larger than an entry may be");

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final String description;

    CacheReason(String description) {
        this.description = description;
    }

    /** Returns the kebab-case name. */
    public String text() {
        return text;
    }

    /** Returns half a sentence for people. */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return text;
    }
}

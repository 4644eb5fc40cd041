package io.lagwise.spi;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two executions must have in common for one result to answer both.
 *
 * <p>Everything is compared, nothing digested: two keys are equal only if text, parameters with their kinds, session and
 * limits are. Neither key nor parts may change; {@link #toString()} shows no values. Immutable and thread-safe.
 */
public final class ResultKey {
    private final String sql;
    private final @Nullable Object[] parameters;
    private final List<@Nullable Object> session;
    private final boolean tolerant;
    private final int hash;

    /**
     * Makes a key, which keeps the array.
     *
     * @param sql the exact text, hints and comments included
     * @param parameters values and kinds, which compare by {@code equals}
     * @param session whose eyes see the result and how it is cut: user, schema, row limits and the like
     * @param freshness whether the result may be old, which no other result is kept beside
     */
    public ResultKey(String sql, @Nullable Object[] parameters, List<@Nullable Object> session, Freshness freshness) {
        this.sql = sql;
        this.parameters = parameters;
        this.session = session;
        this.tolerant = freshness == Freshness.TOLERANT;
        this.hash = (31 * (31 * sql.hashCode() + Arrays.hashCode(parameters)) + session.hashCode()) * 2
                + (tolerant ? 1 : 0);
    }

    /** What a result under the key must contain. */
    public enum Freshness {
        /** The last committed write of every table read. */
        STRICT,
        /** Whatever it was read with. */
        TOLERANT
    }

    /** Returns the text of the statement. */
    public String sql() {
        return sql;
    }

    /** Returns whether results under this key may be old. */
    public boolean isTolerant() {
        return tolerant;
    }

    /** Returns the bytes that the key takes on the heap, roughly. */
    public long weight() {
        long weight = 100 + 2L * sql.length();
        for (Object parameter : parameters) {
            weight += parameter instanceof String text ? 40 + 2L * text.length() : 32;
        }
        return weight;
    }

    /**
     * Returns bytes that only equal keys have, in any process; null if some part has no such spelling.
     *
     * <p>They hold the values in clear.
     */
    public byte @Nullable [] spelling() {
        KeyBytes bytes = new KeyBytes().add(sql).add(tolerant).count(parameters.length);
        for (Object parameter : parameters) {
            bytes.add(parameter);
        }
        session.forEach(bytes::add);
        return bytes.toBytes();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof ResultKey that
                        && hash == that.hash
                        && tolerant == that.tolerant
                        && sql.equals(that.sql)
                        && Arrays.equals(parameters, that.parameters)
                        && session.equals(that.session));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return "ResultKey[" + parameters.length + " parameter fields, " + Integer.toHexString(hash) + "]";
    }
}

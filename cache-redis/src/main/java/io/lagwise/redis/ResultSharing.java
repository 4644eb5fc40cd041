package io.lagwise.redis;

/**
 * How results are kept in Redis.
 *
 * @param key a secret, the same for all instances, by which they are encrypted; empty: they are readable there
 */
public record ResultSharing(String key) {
    /** The fewest characters of a key. */
    public static final int SHORTEST_KEY = 16;

    /** Anyone who may read in Redis may read results. */
    public static final ResultSharing IN_CLEAR = new ResultSharing("");

    /** Refuses a key that could be guessed. */
    public ResultSharing {
        if (!key.isEmpty() && key.length() < SHORTEST_KEY) {
            throw new IllegalArgumentException("A key of " + key.length() + " characters is too short");
        }
    }

    /** Leaves out the key. */
    @Override
    public String toString() {
        return "ResultSharing[" + (key.isEmpty() ? "in clear" : "encrypted") + "]";
    }
}

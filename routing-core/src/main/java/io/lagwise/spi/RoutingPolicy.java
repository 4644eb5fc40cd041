package io.lagwise.spi;

/**
 * Chooses among the readers that are safe for a statement.
 *
 * <p>A policy cannot break the rule of freshness: it sees only readers that may answer. Asked where there is
 * a choice, that is, for at least two; must be thread-safe and fast.
 */
@FunctionalInterface
public interface RoutingPolicy {
    /** Returns the chosen reader's place among the candidates, from 0. */
    int choose(Candidates candidates);

    /** The readers that are safe for one statement. */
    interface Candidates {
        /** Returns how many there are; at least two. */
        int size();

        /** Returns the name of a candidate. */
        String name(int candidate);

        /** Returns how many of its connections this instance has in use now. */
        int inUse(int candidate);

        /** Returns its configured weight. */
        int weight(int candidate);
    }
}

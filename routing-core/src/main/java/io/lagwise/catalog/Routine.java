package io.lagwise.catalog;

/** What calling a user-defined routine can do, for all routines of one name together. */
enum Routine {
    /** Reads no table. */
    READS_NOTHING,
    /** Reads tables that are not known. */
    READS_ANYTHING,
    /** May write. */
    MAY_WRITE;

    /** Returns the one of the two that can do more. */
    Routine or(Routine other) {
        return compareTo(other) >= 0 ? this : other;
    }
}

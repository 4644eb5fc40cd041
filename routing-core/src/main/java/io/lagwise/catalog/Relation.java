package io.lagwise.catalog;

/**
 * A table, view or the like in the database.
 *
 * @param schema its schema
 * @param name its name
 * @param kind what it is
 */
record Relation(String schema, String name, Kind kind) {
    /** What matters of a relation for where it may be read. */
    enum Kind {
        /** Replicated: can be read on a reader. */
        REPLICATED,
        /** Can be read on the writer only: unlogged, temporary, foreign, or a sequence. */
        WRITER_ONLY
    }

    /** Returns the name under which the ledger knows it. */
    String qualifiedName() {
        return schema + "." + name;
    }
}

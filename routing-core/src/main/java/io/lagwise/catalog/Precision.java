package io.lagwise.catalog;

/** Which identifiers of a statement may name relations that it reads. */
public enum Precision {
    /** All of them, wherever they stand. */
    EVERY_IDENTIFIER,
    /** Those that stand where tables stand; one with a schema means that schema. */
    NAMED_TABLES
}

package io.lagwise.routing;

/** How writes are noticed that do not go through the library. */
public enum ExternalWrites {
    /** Not at all, unless {@link RoutingDataSource#invalidate} tells of them. */
    NONE,
    /** By the database's own counters, within some seconds. */
    POLL,
    /** By the writes themselves, as PostgreSQL decodes them from its log; what is not in there, by the counters. */
    STREAM
}

/**
 * Real replicated databases for tests and demos on a machine with only a JDK.
 *
 * <p>{@link io.lagwise.testkit.PostgresCluster} is the door: a PostgreSQL writer and its streaming standbys, with the
 * faults that a router has to survive as methods. {@link io.lagwise.testkit.MariaDbServer} is a single MariaDB server.
 */
@NullMarked
package io.lagwise.testkit;

import org.jspecify.annotations.NullMarked;

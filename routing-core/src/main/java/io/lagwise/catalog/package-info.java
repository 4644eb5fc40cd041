/** What does a statement touch beyond its text? Views, partitions, foreign keys, triggers, policies, routines. */
@NullMarked
package io.lagwise.catalog;

import org.jspecify.annotations.NullMarked;

/** The front: the routed data source and its builder, which assembles everything. */
@NullMarked
package io.lagwise.routing;

import org.jspecify.annotations.NullMarked;

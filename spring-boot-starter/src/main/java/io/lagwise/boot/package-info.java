/** Spring Boot's side: properties, auto-configuration in slices, annotations, endpoint, health and metrics. */
@NullMarked
package io.lagwise.boot;

import org.jspecify.annotations.NullMarked;

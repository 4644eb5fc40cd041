package io.lagwise;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Reads within the method go to a reader, however far it is behind.
 *
 * <p>For reports and the like. Only statements that are proven to only read are affected; a read-write transaction stays
 * on the writer. On a class or interface it holds for every method. The code equivalent is
 * {@link RoutingHints#lagIgnore()}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface LagIgnore {}

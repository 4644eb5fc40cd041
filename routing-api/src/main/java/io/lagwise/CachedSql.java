package io.lagwise;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Results of reads within the method are kept, and answered from the cache until a table they read is written.
 *
 * <p>A kept result is used only while it holds the last committed write of every table that the statement reads, as for a
 * reader. On a class or interface it holds for every method. The code equivalent is {@link RoutingHints#cached}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface CachedSql {
    /**
     * Returns how long a result may be kept at most, as in {@code 30s}; empty for {@code lagwise.cache.ttl}.
     *
     * <p>Units are ms, s, m, h and d.
     */
    String ttl() default "";

    /**
     * Returns tables on which the results depend beyond what the library finds, as {@code orders} or {@code shop.orders}.
     *
     * <p>Where which tables are read is not known, as with a function, these are taken for all there are.
     */
    String[] tables() default {};
}

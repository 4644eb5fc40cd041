package io.lagwise.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a {@link MariaDbServer} of its own.
 *
 * <p>It is started before the first test, shared by all tests of the class and its nested classes, handed to parameters
 * and fields of that type, and closed after the last test.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MariaDbExtension.class)
public @interface MariaDb {
    /** Returns server settings as {@code name=value}. */
    String[] settings() default {};
}

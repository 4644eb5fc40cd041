package io.lagwise.boot;

import io.lagwise.RoutingHints;
import java.lang.reflect.Method;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/** Matches the methods to which annotations give hints. */
final class HintPointcut extends StaticMethodMatcherPointcut {
    private final HintAnnotations annotations;

    HintPointcut(HintAnnotations annotations) {
        this.annotations = annotations;
    }

    @Override
    public boolean matches(Method method, Class<?> type) {
        return annotations.of(method, type) != RoutingHints.NONE;
    }
}

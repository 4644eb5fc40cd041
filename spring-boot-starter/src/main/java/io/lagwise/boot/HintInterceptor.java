package io.lagwise.boot;

import io.lagwise.RoutingHints;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Puts the hints of an annotated method in force while it runs. */
final class HintInterceptor implements MethodInterceptor {
    private final HintAnnotations annotations;

    HintInterceptor(HintAnnotations annotations) {
        this.annotations = annotations;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        RoutingHints hints = annotations.of(invocation.getMethod(), type(invocation));
        if (hints == RoutingHints.NONE) {
            return invocation.proceed();
        }
        try (RoutingHints.Scope scope = hints.open()) {
            return invocation.proceed();
        }
    }

    /** A repository is itself a proxy; its interfaces carry the annotations, not what it stands for. */
    private static Class<?> type(MethodInvocation invocation) {
        Object target = invocation.getThis();
        return target == null ? invocation.getMethod().getDeclaringClass() : target.getClass();
    }
}

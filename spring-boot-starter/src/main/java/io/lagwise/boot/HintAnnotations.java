package io.lagwise.boot;

import io.lagwise.LagIgnore;
import io.lagwise.RoutingHints;
import io.lagwise.UseWriter;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Knows the hints that annotations give to a method.
 *
 * <p>The method decides before its class, and each before what it overrides or implements. Where one element carries both
 * annotations, it is the writer. Annotations of annotations count.
 */
final class HintAnnotations {
    /** Without the many methods that have none: those are asked about once, when their bean is made. */
    private final Map<MethodClassKey, RoutingHints> hinted = new ConcurrentHashMap<>();

    /** Returns the hints of the method as called on an object of this class; {@link RoutingHints#NONE} without any. */
    RoutingHints of(Method method, Class<?> type) {
        MethodClassKey key = new MethodClassKey(method, type);
        RoutingHints known = hinted.get(key);
        return known == null ? remember(key, find(method, type)) : known;
    }

    private RoutingHints remember(MethodClassKey key, RoutingHints found) {
        if (found != RoutingHints.NONE) {
            hinted.put(key, found);
        }
        return found;
    }

    private static RoutingHints find(Method method, Class<?> type) {
        if (method.getDeclaringClass() == Object.class) {
            return RoutingHints.NONE;
        }
        Method specific = AopUtils.getMostSpecificMethod(method, type);
        RoutingHints hints = on(specific);
        if (hints == RoutingHints.NONE && specific != method) {
            hints = on(method);
        }
        if (hints == RoutingHints.NONE) {
            hints = on(ClassUtils.getUserClass(type));
        }
        return hints == RoutingHints.NONE ? on(method.getDeclaringClass()) : hints;
    }

    private static RoutingHints on(AnnotatedElement element) {
        MergedAnnotations annotations = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
        MergedAnnotation<UseWriter> writer = annotations.get(UseWriter.class);
        MergedAnnotation<LagIgnore> lagIgnore = annotations.get(LagIgnore.class);
        if (lagIgnore.isPresent() && (!writer.isPresent() || isNearer(lagIgnore, writer))) {
            return RoutingHints.lagIgnore();
        }
        return writer.isPresent() ? RoutingHints.writer() : RoutingHints.NONE;
    }

    private static boolean isNearer(MergedAnnotation<?> left, MergedAnnotation<?> right) {
        return left.getAggregateIndex() < right.getAggregateIndex();
    }
}

package io.lagwise.boot;

import io.lagwise.CachedSql;
import io.lagwise.LagIgnore;
import io.lagwise.RoutingHints;
import io.lagwise.UncachedSql;
import io.lagwise.UseWriter;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Knows the hints that annotations give to a method.
 *
 * <p>The method decides before its class, and each before what it overrides or implements. Where one element carries both
 * of two annotations that exclude each other, it is the writer, and results are not kept. Annotations of annotations
 * count.
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
        return nearest(List.of(specific, method, ClassUtils.getUserClass(type), method.getDeclaringClass()));
    }

    /** Where to read and whether to keep results are decided apart, each by the nearest element that says something. */
    private static RoutingHints nearest(List<AnnotatedElement> elements) {
        RoutingHints hints = RoutingHints.NONE;
        for (AnnotatedElement element : elements) {
            hints = hints.within(on(element));
        }
        return hints;
    }

    private static RoutingHints on(AnnotatedElement element) {
        MergedAnnotations annotations = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
        MergedAnnotation<UseWriter> writer = annotations.get(UseWriter.class);
        MergedAnnotation<LagIgnore> lagIgnore = annotations.get(LagIgnore.class);
        if (lagIgnore.isPresent() && (!writer.isPresent() || isNearer(lagIgnore, writer))) {
            return RoutingHints.lagIgnore().within(keep(annotations));
        }
        return writer.isPresent() ? RoutingHints.writer().within(keep(annotations)) : keep(annotations);
    }

    private static RoutingHints keep(MergedAnnotations annotations) {
        MergedAnnotation<UncachedSql> uncached = annotations.get(UncachedSql.class);
        MergedAnnotation<CachedSql> cached = annotations.get(CachedSql.class);
        if (cached.isPresent() && (!uncached.isPresent() || isNearer(cached, uncached))) {
            return cached(cached.getString("ttl")).dependingOn(Set.of(cached.getStringArray("tables")));
        }
        return uncached.isPresent() ? RoutingHints.uncached() : RoutingHints.NONE;
    }

    private static RoutingHints cached(String ttl) {
        return ttl.isEmpty() ? RoutingHints.cached() : RoutingHints.cached(ttl(ttl));
    }

    private static Duration ttl(String ttl) {
        try {
            return DurationStyle.SIMPLE.parse(ttl);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "@CachedSql(ttl = \"" + ttl + "\") is no duration; use one such as 30s or 5m", e);
        }
    }

    private static boolean isNearer(MergedAnnotation<?> left, MergedAnnotation<?> right) {
        return left.getAggregateIndex() < right.getAggregateIndex();
    }
}

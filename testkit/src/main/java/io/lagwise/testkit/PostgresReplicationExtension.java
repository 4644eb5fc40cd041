package io.lagwise.testkit;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Keeps the cluster in the store of the annotated class, which closes it with the class. */
final class PostgresReplicationExtension implements BeforeAllCallback, ParameterResolver, TestInstancePostProcessor {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(PostgresReplicationExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) throws IllegalAccessException {
        PostgresCluster cluster = cluster(context);
        for (Field field : clusterFields(context.getRequiredTestClass())) {
            if (Modifier.isStatic(field.getModifiers())) {
                set(field, null, cluster);
            }
        }
    }

    @Override
    public void postProcessTestInstance(Object test, ExtensionContext context) throws IllegalAccessException {
        for (Field field : clusterFields(test.getClass())) {
            if (!Modifier.isStatic(field.getModifiers())) {
                set(field, test, cluster(context));
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PostgresCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return cluster(context);
    }

    /** A nested class finds the cluster of the class around it, because stores ask their parents. */
    private static PostgresCluster cluster(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .computeIfAbsent(PostgresCluster.class, key -> start(context), PostgresCluster.class);
    }

    private static PostgresCluster start(ExtensionContext context) {
        PostgresReplication wanted = Objects.requireNonNull(wanted(context.getRequiredTestClass()));
        PostgresCluster.Builder builder = PostgresCluster.builder().readers(wanted.readers());
        for (String setting : wanted.settings()) {
            String[] nameAndValue = setting.split("=", 2);
            if (nameAndValue.length < 2) {
                throw new IllegalArgumentException("Setting \"" + setting + "\" is not of the form name=value");
            }
            builder.setting(nameAndValue[0].strip(), nameAndValue[1].strip());
        }
        return builder.start();
    }

    private static @Nullable PostgresReplication wanted(Class<?> testClass) {
        for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
            var wanted = AnnotationSupport.findAnnotation(type, PostgresReplication.class);
            if (wanted.isPresent()) {
                return wanted.get();
            }
        }
        return null;
    }

    private static List<Field> clusterFields(Class<?> testClass) {
        return ReflectionSupport.findFields(
                testClass, field -> field.getType() == PostgresCluster.class, HierarchyTraversalMode.TOP_DOWN);
    }

    private static void set(Field field, @Nullable Object test, PostgresCluster cluster) throws IllegalAccessException {
        field.setAccessible(true);
        field.set(test, cluster);
    }
}

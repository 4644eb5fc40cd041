package io.lagwise.testkit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Keeps what an annotation asks for in the store of the annotated class, which closes it with the class.
 *
 * @param <A> the annotation
 * @param <S> the servers that it stands for
 */
abstract class ServerExtension<A extends Annotation, S extends AutoCloseable>
        implements BeforeAllCallback, ParameterResolver, TestInstancePostProcessor {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ServerExtension.class);

    private final Class<A> annotation;
    private final Class<S> type;

    ServerExtension(Class<A> annotation, Class<S> type) {
        this.annotation = annotation;
        this.type = type;
    }

    /** Starts what the annotation describes. */
    abstract S start(A wanted);

    static void eachSetting(String[] settings, BiConsumer<String, String> action) {
        for (String setting : settings) {
            String[] nameAndValue = setting.split("=", 2);
            if (nameAndValue.length < 2) {
                throw new IllegalArgumentException("Setting \"" + setting + "\" is not of the form name=value");
            }
            action.accept(nameAndValue[0].strip(), nameAndValue[1].strip());
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IllegalAccessException {
        S servers = servers(context);
        for (Field field : fields(context.getRequiredTestClass())) {
            if (Modifier.isStatic(field.getModifiers())) {
                set(field, null, servers);
            }
        }
    }

    @Override
    public void postProcessTestInstance(Object test, ExtensionContext context) throws IllegalAccessException {
        for (Field field : fields(test.getClass())) {
            if (!Modifier.isStatic(field.getModifiers())) {
                set(field, test, servers(context));
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == type;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return servers(context);
    }

    /** A nested class finds the servers of the class around it, because stores ask their parents. */
    private S servers(ExtensionContext context) {
        Class<?> testClass = context.getRequiredTestClass();
        return context.getStore(NAMESPACE).computeIfAbsent(type, key -> start(wanted(testClass)), type);
    }

    private A wanted(Class<?> testClass) {
        for (Class<?> at = testClass; at != null; at = at.getEnclosingClass()) {
            var wanted = AnnotationSupport.findAnnotation(at, annotation);
            if (wanted.isPresent()) {
                return wanted.get();
            }
        }
        throw new IllegalStateException(testClass + " is not annotated with " + annotation);
    }

    private List<Field> fields(Class<?> testClass) {
        return ReflectionSupport.findFields(
                testClass, field -> field.getType() == type, HierarchyTraversalMode.TOP_DOWN);
    }

    private static void set(Field field, @Nullable Object test, Object servers) throws IllegalAccessException {
        field.setAccessible(true);
        field.set(test, servers);
    }
}

package io.lagwise.boot;

import io.lagwise.routing.RoutingDataSource;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.core.Ordered;

/**
 * Puts the routed data source in the place of the writer's bean, and closes it before the writer's pool is closed.
 *
 * <p>Comes before other post-processors, so that what they wrap is the routed data source and not the writer's pool.
 */
final class RoutingPostProcessor implements DestructionAwareBeanPostProcessor, Ordered {
    private final ConfigurableListableBeanFactory beans;
    private volatile @Nullable String writerName;
    private volatile @Nullable Routing routing;

    RoutingPostProcessor(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (!(bean instanceof DataSource writer) || !beanName.equals(writerName())) {
            return bean;
        }
        Routing made = Routing.of(beans, beans.getBean(LagwiseProperties.class), beanName, writer);
        routing = made;
        return made.dataSource();
    }

    private String writerName() {
        String known = writerName;
        if (known == null) {
            known = new WriterBean(beans, beans.getBean(LagwiseProperties.class)).name();
            writerName = known;
        }
        return known;
    }

    /** Returns the routing, making the writer's bean if that has not happened yet. */
    Routing routing() {
        if (routing == null) {
            beans.getBean(writerName(), DataSource.class);
        }
        return Objects.requireNonNull(routing, "the writer's bean was made before it could be routed");
    }

    /** Returns the routed data source, making the writer's bean if that has not happened yet. */
    RoutingDataSource dataSource() {
        return routing().dataSource();
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return bean instanceof DataSource || bean instanceof FactoryBean<?>;
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        Routing closing = routing;
        if (closing != null && beanName.equals(writerName)) {
            closing.close();
        }
    }
}

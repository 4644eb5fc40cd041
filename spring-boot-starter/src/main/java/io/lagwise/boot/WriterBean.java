package io.lagwise.boot;

import io.lagwise.routing.RoutingConfigurationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.util.StringUtils;

/** Finds the bean that becomes the writer: the only one that is injected by type, or the one that is named. */
final class WriterBean {
    private static final String SETTING = "lagwise.data-source";

    private final ConfigurableListableBeanFactory beans;
    private final LagwiseProperties properties;

    WriterBean(ConfigurableListableBeanFactory beans, LagwiseProperties properties) {
        this.beans = beans;
        this.properties = properties;
    }

    String name() {
        List<String> all = names();
        String named = properties.dataSource();
        if (!StringUtils.hasText(named)) {
            return single(candidates(all));
        }
        if (!all.contains(named)) {
            throw new RoutingConfigurationException(
                    SETTING, named, "names no DataSource bean", "Name one of " + all + ".");
        }
        return named;
    }

    private List<String> names() {
        return Arrays.asList(beans.getBeanNamesForType(DataSource.class, true, false));
    }

    private List<String> candidates(List<String> all) {
        Set<String> readers = properties.readers().values().stream()
                .map(LagwiseProperties.Reader::dataSource)
                .collect(Collectors.toSet());
        List<String> candidates = new ArrayList<>(all);
        candidates.removeIf(name -> readers.contains(name) || !isInjectedByType(name));
        return candidates;
    }

    private boolean isInjectedByType(String name) {
        if (!beans.containsBeanDefinition(name)) {
            return true;
        }
        BeanDefinition definition = beans.getMergedBeanDefinition(name);
        return definition.isAutowireCandidate()
                && (!(definition instanceof AbstractBeanDefinition known) || known.isDefaultCandidate());
    }

    private static String single(List<String> candidates) {
        if (candidates.size() != 1) {
            throw new RoutingConfigurationException(
                    SETTING,
                    "",
                    "leaves open which DataSource bean is the writer: " + candidates,
                    "Set it to the name of the one that takes writes.");
        }
        return candidates.get(0);
    }
}

package io.lagwise.boot;

import io.lagwise.routing.RoutingConfigurationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells which property cannot be used, and what would do. */
final class RoutingConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<RoutingConfigurationException> {
    private static final String PREFIX = "lagwise.";

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RoutingConfigurationException cause) {
        String description = "%s = '%s' %s.".formatted(property(cause.setting()), cause.value(), cause.problem());
        return new FailureAnalysis(description, cause.remedy(), cause);
    }

    /** The core knows no prefix; the writer's own settings are not under it. */
    private static String property(String setting) {
        return setting.startsWith(PREFIX) || setting.startsWith("writer") ? setting : PREFIX + setting;
    }
}

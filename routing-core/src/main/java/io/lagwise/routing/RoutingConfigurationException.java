package io.lagwise.routing;

/**
 * Says that a setting cannot be used, which one, and what would do.
 *
 * <p>Carries its parts so that tools need not read the message.
 */
public final class RoutingConfigurationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String setting;
    private final String value;
    private final String problem;
    private final String remedy;

    /** Makes the exception; the value must hold no credentials. */
    public RoutingConfigurationException(String setting, String value, String problem, String remedy) {
        super("%s = '%s' %s. %s".formatted(setting, value, problem, remedy));
        this.setting = setting;
        this.value = value;
        this.problem = problem;
        this.remedy = remedy;
    }

    /** Returns the name of the setting. */
    public String setting() {
        return setting;
    }

    /** Returns the offending value. */
    public String value() {
        return value;
    }

    /** Returns what is wrong with the value, as the end of a sentence. */
    public String problem() {
        return problem;
    }

    /** Returns what would do. */
    public String remedy() {
        return remedy;
    }
}

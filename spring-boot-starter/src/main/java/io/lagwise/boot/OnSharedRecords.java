package io.lagwise.boot;

import java.util.Locale;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Matches where instances are to share their records: told so, or not told otherwise and Redis named. */
final class OnSharedRecords extends SpringBootCondition {
    private static final String COORDINATION = "lagwise.coordination";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Environment environment = context.getEnvironment();
        String coordination = environment.getProperty(COORDINATION, "auto");
        boolean named = StringUtils.hasText(environment.getProperty("lagwise.redis.address"))
                || StringUtils.hasText(environment.getProperty("lagwise.redis.config"));
        String word = coordination.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
        boolean shared = word.equals("redis") || word.equals("redispushed") || (word.equals("auto") && named);
        ConditionMessage.Builder message = ConditionMessage.forCondition("Shared records");
        return new ConditionOutcome(shared, message.found(COORDINATION).items(coordination));
    }
}

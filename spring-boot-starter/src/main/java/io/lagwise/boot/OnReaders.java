package io.lagwise.boot;

import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches where at least one reader is named. */
final class OnReaders extends SpringBootCondition {
    private static final String READERS = "lagwise.readers";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Map<String, Object> readers = Binder.get(context.getEnvironment())
                .bind(READERS, Bindable.mapOf(String.class, Object.class))
                .orElseGet(Map::of);
        ConditionMessage.Builder message = ConditionMessage.forCondition("Readers");
        return readers.isEmpty()
                ? ConditionOutcome.noMatch(message.didNotFind(READERS).atAll())
                : ConditionOutcome.match(message.found("reader", "readers").items(readers.keySet()));
    }
}

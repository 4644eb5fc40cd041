package io.lagwise.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RoutingHints;
import io.lagwise.RoutingHints.Keep;
import io.lagwise.RoutingHints.Route;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommentHintsTests {
    @Test
    void aCommentBeforeTheStatementHints() {
        assertThat(CommentHints.of("/* lagwise: writer */ select 1").route()).isEqualTo(Route.WRITER);
        assertThat(CommentHints.of("  -- lagwise: lag-ignore\nselect 1").route())
                .isEqualTo(Route.LAG_IGNORE);
        assertThat(CommentHints.of("/*lagwise:no-cache*/select 1").keep()).isEqualTo(Keep.UNCACHED);
        RoutingHints cached = CommentHints.of("/* lagwise: cache=30s */ select 1");
        assertThat(cached.keep()).isEqualTo(Keep.CACHED);
        assertThat(cached.ttl()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void allCommentsBeforeTheFirstTokenAreReadAndAllTheirHints() {
        RoutingHints hints = CommentHints.of("/* Item.findAll */ /* lagwise: lag-ignore, cache */ -- other\n select 1");
        assertThat(hints.route()).isEqualTo(Route.LAG_IGNORE);
        assertThat(hints.keep()).isEqualTo(Keep.CACHED);
        assertThat(hints.ttl()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "select /* lagwise: writer */ 1",
                "select '/* lagwise: writer */'",
                "/* other: writer */ select 1",
                "/* lagwise: ",
                "--",
                "",
                "/* lagwise: cache=soon */ select 1",
                "/* lagwise: cache=0s */ select 1",
                "/* lagwise: unheard-of */ select 1"
            })
    void whatIsNoHintIsNone(String sql) {
        assertThat(CommentHints.of(sql)).isSameAs(RoutingHints.NONE);
    }
}

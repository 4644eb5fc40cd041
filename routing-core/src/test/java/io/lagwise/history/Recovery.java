package io.lagwise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.lagwise.RouteReason;
import io.lagwise.routing.Explanation;
import java.time.Duration;
import org.awaitility.Awaitility;

/** That readers serve every table again, once nothing disturbs them. */
final class Recovery {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Recovery() {}

    static void await(RoutedCluster routed, String what) {
        Awaitility.await("readers serve reads " + what).atMost(PATIENCE).untilAsserted(() -> {
            for (int table = 0; table < History.TABLES; table++) {
                Explanation now = routed.routing().explain("select n from " + History.table(table));
                assertThat(now.decision().reason()).as("%s", now).isEqualTo(RouteReason.READER_FRESH);
            }
        });
    }
}

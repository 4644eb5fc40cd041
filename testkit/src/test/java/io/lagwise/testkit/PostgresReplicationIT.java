package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

class PostgresReplicationIT {
    private static final List<PostgresCluster> SEEN = new ArrayList<>();

    @Test
    void oneClusterServesTheClassAndIsClosedAfterIt() {
        SEEN.clear();

        EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(Annotated.class))
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.succeeded(3).failed(0));

        assertThat(SEEN).hasSize(6).containsOnly(SEEN.get(0));
        assertThat(SEEN.get(0).nodes()).hasSize(2).noneMatch(PostgresNode::running);
    }

    @Test
    void settingWithoutValueIsRefused() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(Misconfigured.class))
                .execute()
                .containerEvents()
                .failed()
                .assertEventsMatchLooselyInOrder(
                        finishedWithFailure(message("Setting \"fsync\" is not of the form name=value")));
    }

    @PostgresReplication(readers = 1, settings = "synchronous_commit = off")
    static class Annotated {
        private static PostgresCluster ofTheClass;
        private PostgresCluster ofTheInstance;

        @Test
        void gets(PostgresCluster parameter) {
            SEEN.addAll(List.of(parameter, ofTheClass, ofTheInstance));
        }

        @Test
        void hasTheSettings() {
            SEEN.add(ofTheInstance);
            assertThat(Jdbc.on(ofTheInstance.reader(0)).text("SHOW synchronous_commit"))
                    .isEqualTo("off");
        }

        @Nested
        class Inside {
            private PostgresCluster ofTheNested;

            @Test
            void gets(PostgresCluster parameter) {
                SEEN.addAll(List.of(parameter, ofTheNested));
            }
        }
    }

    @PostgresReplication(settings = "fsync")
    static class Misconfigured {
        @Test
        void isNeverReached() {}
    }
}

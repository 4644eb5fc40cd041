package io.lagwise.testkit;

import java.time.Duration;
import java.util.List;

/** Makes one reader the writer without leaving another ahead of it unnoticed. */
record Promotion(PostgresNode promoted, List<PostgresNode> others) {
    private static final Duration CATCH_UP = Duration.ofMillis(500);

    /** Returns those who have received what the promoted reader has not, and so cannot follow it. */
    List<PostgresNode> run() {
        List<PostgresNode> responding =
                others.stream().filter(other -> other.server().responds()).toList();
        // From here on only the promoted reader receives, and catches up with the others.
        responding.forEach(PostgresNode::cutReplication);
        Waiting.within(CATCH_UP, () -> ahead(responding).isEmpty());
        List<PostgresNode> ahead = ahead(responding);
        promoted.replication().promote();
        others.stream().filter(other -> !ahead.contains(other)).forEach(other -> other.follow(promoted));
        return ahead;
    }

    private List<PostgresNode> ahead(List<PostgresNode> responding) {
        long received = promoted.replication().received();
        return responding.stream()
                .filter(other -> other.replication().received() > received)
                .toList();
    }
}

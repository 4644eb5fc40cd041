package io.lagwise.boot;

import io.lagwise.testkit.PostgresCluster;
import io.lagwise.testkit.PostgresNode;

/** A span in which no reader gets on. */
final class ReplayPaused implements AutoCloseable {
    private final PostgresCluster cluster;

    private ReplayPaused(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    static ReplayPaused on(PostgresCluster cluster) {
        cluster.readers().forEach(PostgresNode::pauseReplay);
        return new ReplayPaused(cluster);
    }

    @Override
    public void close() {
        cluster.readers().forEach(PostgresNode::resumeReplay);
    }
}

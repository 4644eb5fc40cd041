package io.lagwise.testkit;

/** Starts the cluster that {@link PostgresReplication} describes. */
final class PostgresReplicationExtension extends ServerExtension<PostgresReplication, PostgresCluster> {
    PostgresReplicationExtension() {
        super(PostgresReplication.class, PostgresCluster.class);
    }

    @Override
    PostgresCluster start(PostgresReplication wanted) {
        PostgresCluster.Builder builder = PostgresCluster.builder().readers(wanted.readers());
        eachSetting(wanted.settings(), builder::setting);
        return builder.start();
    }
}

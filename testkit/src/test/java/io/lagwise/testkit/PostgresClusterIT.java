package io.lagwise.testkit;

class PostgresClusterIT extends PostgresClusterContract {
    @Override
    PostgresCluster.Builder builder() {
        return PostgresCluster.builder();
    }
}

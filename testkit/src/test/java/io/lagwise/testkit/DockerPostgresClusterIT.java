package io.lagwise.testkit;

import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;

@EnabledIf(value = "dockerAnswers", disabledReason = "No Docker engine answers; the embedded servers pass the contract")
class DockerPostgresClusterIT extends PostgresClusterContract {
    @Override
    PostgresCluster.Builder builder() {
        return PostgresCluster.builder().image("postgres:18");
    }

    static boolean dockerAnswers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }
}

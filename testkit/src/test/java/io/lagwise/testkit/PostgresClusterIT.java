package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class PostgresClusterIT {
    @Test
    void startsAndReplicates() throws SQLException {
        long begun = System.nanoTime();
        try (PostgresCluster cluster = PostgresCluster.builder().readers(2).start()) {
            System.out.println("start ms " + (System.nanoTime() - begun) / 1_000_000);
            try (Connection connection = cluster.writer().dataSource().getConnection()) {
                connection.createStatement().execute("create table t(a int)");
            }
            cluster.awaitReaders();
            assertThat(cluster.reader(1).position()).isEqualTo(cluster.writer().position());
            begun = System.nanoTime();
        }
        System.out.println("stop ms " + (System.nanoTime() - begun) / 1_000_000);
    }
}

package io.lagwise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

@MariaDb(settings = "sql_mode = ANSI_QUOTES")
class MariaDbServerIT {
    private final MariaDbServer server;

    MariaDbServerIT(MariaDbServer server) {
        this.server = server;
    }

    @Test
    void applicationOwnsItsDatabaseAndNothingElse() {
        Jdbc application = new Jdbc(server.dataSource());
        application.execute("CREATE TABLE t (id int PRIMARY KEY)");
        application.execute("INSERT INTO t VALUES (1), (2)");

        assertThat(application.number("SELECT count(*) FROM t")).isEqualTo(2);
        assertThat(application.text("SELECT concat(database(), '/', current_user())"))
                .isEqualTo("app/app@%");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> application.execute("CREATE DATABASE other"));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> application.execute("SET GLOBAL max_connections = 7"));
    }

    @Test
    void superuserMayDoMore() {
        Jdbc superuser = new Jdbc(server.adminDataSource());
        superuser.execute("CREATE DATABASE elsewhere");

        assertThat(superuser.text("SELECT database()")).isEqualTo("app");
        assertThat(superuser.number("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'elsewhere'"))
                .isEqualTo(1);
    }

    @Test
    void settingsOfTheAnnotationHold() {
        assertThat(new Jdbc(server.dataSource()).text("SELECT @@GLOBAL.sql_mode"))
                .isEqualTo("ANSI_QUOTES");
        assertThat(new Jdbc(server.dataSource()).text("SELECT @@character_set_server"))
                .isEqualTo("utf8mb4");
    }

    @Test
    void namesAreTheChosenOnesWhateverTheyHold() {
        try (MariaDbServer own =
                MariaDbServer.builder().database("my_shop").user("cl'erk").start()) {
            Jdbc application = new Jdbc(own.dataSource());

            application.execute("CREATE TABLE t (id int)");
            assertThat(application.text("SELECT database()")).isEqualTo("my_shop");
            assertThat(own.username()).isEqualTo("cl'erk");
            new Jdbc(own.adminDataSource()).execute("CREATE DATABASE myXshop");
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> application.execute("CREATE TABLE myXshop.t (id int)"));
        }
    }

    @Test
    void closedServerAnswersNobody() {
        MariaDbServer own = MariaDbServer.builder().start();
        own.close();

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> own.dataSource().getConnection());
    }

    @Test
    void refusedSettingIsReportedInTheServersWords() {
        assertThatExceptionOfType(TestServerException.class)
                .isThrownBy(() ->
                        MariaDbServer.builder().setting("no-such-setting", "1").start())
                .withMessageContaining("no-such-setting");
    }

    @Test
    void settingWithoutValueIsRefused() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(Misconfigured.class))
                .execute()
                .containerEvents()
                .failed()
                .assertEventsMatchLooselyInOrder(
                        finishedWithFailure(message("Setting \"sql_mode\" is not of the form name=value")));
    }

    @MariaDb(settings = "sql_mode")
    static class Misconfigured {
        @Test
        void isNeverReached(MariaDbServer server) {
            throw new AssertionError(server);
        }
    }
}

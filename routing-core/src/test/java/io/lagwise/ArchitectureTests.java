package io.lagwise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Holds the house's layout: dependencies point one way, and each kind of thing has one room. */
class ArchitectureTests {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.lagwise");

    @Test
    void roomsDependDownwardsOnly() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("api")
                .definedBy("io.lagwise")
                .layer("sql")
                .definedBy("io.lagwise.sql")
                .layer("spi")
                .definedBy("io.lagwise.spi")
                .layer("catalog")
                .definedBy("io.lagwise.catalog")
                .layer("ledger")
                .definedBy("io.lagwise.ledger")
                .layer("replication")
                .definedBy("io.lagwise.replication")
                .layer("policy")
                .definedBy("io.lagwise.policy")
                .layer("jdbc")
                .definedBy("io.lagwise.jdbc")
                .layer("routing")
                .definedBy("io.lagwise.routing")
                .whereLayer("routing")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("jdbc")
                .mayOnlyBeAccessedByLayers("routing")
                .whereLayer("policy")
                .mayOnlyBeAccessedByLayers("jdbc", "routing")
                .whereLayer("replication")
                .mayOnlyBeAccessedByLayers("policy", "jdbc", "routing")
                .whereLayer("ledger")
                .mayOnlyBeAccessedByLayers("routing")
                .whereLayer("catalog")
                .mayOnlyBeAccessedByLayers("policy", "jdbc", "routing")
                .whereLayer("spi")
                .mayOnlyBeAccessedByLayers("catalog", "ledger", "replication", "policy", "jdbc", "routing")
                .whereLayer("sql")
                .mayOnlyBeAccessedByLayers("catalog", "policy", "jdbc", "routing")
                .check(MAIN);
        slices().matching("io.lagwise.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void theApiSeesTheJdkAndJspecifyOnly() {
        classes()
                .that()
                .resideInAPackage("io.lagwise")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.lagwise", "java..", "org.jspecify..")
                .check(MAIN);
    }

    @Test
    void statementsAreUnderstoodWithoutJdbc() {
        noClasses()
                .that()
                .resideInAPackage("io.lagwise.sql")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.sql..")
                .check(MAIN);
    }

    @Test
    void onlyTheJdbcLayerImplementsJdbc() {
        for (Class<?> type :
                new Class<?>[] {Connection.class, Statement.class, ResultSet.class, ResultSetMetaData.class}) {
            classes()
                    .that()
                    .areAssignableTo(type)
                    .should()
                    .resideInAnyPackage("io.lagwise.jdbc", "io.lagwise.cache")
                    .allowEmptyShould(true)
                    .check(MAIN);
        }
    }

    @Test
    void theCoreKnowsNeitherBootNorRedis() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.boot..", "org.redisson..")
                .check(MAIN);
    }

    @Test
    void nobodyDeserialisesJavaObjects() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(java.io.ObjectInputStream.class)
                .check(MAIN);
    }

    @Test
    void namesSayWhatThingsAre() {
        noClasses()
                .should()
                .haveNameMatching(".*\\.[A-Za-z]*(Manager|Helper|Util|Utils|Impl|Abstract)[A-Za-z]*$")
                .orShould()
                .resideInAnyPackage("..util..", "..common..", "..impl..")
                .check(MAIN);
    }
}
